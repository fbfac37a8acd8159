import { createHash, createHmac } from 'node:crypto';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A bucket over HTTP that keeps objects in memory and refuses what is not signed by its key for its region, as S3 does. */
export interface S3Server {
  /** Of the bucket. */
  url: string;
  objects: Map<string, Buffer>;
  /** Requests that were refused, by why. */
  refused: string[];
  close(): Promise<void>;
}

const hash = (value: string | Buffer): string => createHash('sha256').update(value).digest('hex');
const mac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

export async function openS3Server({ region, keyId, secret }: { region: string; keyId: string; secret: string }): Promise<S3Server> {
  const objects = new Map<string, Buffer>();
  const refused: string[] = [];
  const server = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts);
      const why = fault(request, body, { region, keyId, secret });
      const name = request.url!.replace(/^\/bucket\//, '');
      if (why !== null) {
        refused.push(why);
        response.writeHead(403, { 'content-type': 'application/xml' }).end(`<Error><Code>${why}</Code></Error>`);
      } else if (request.method === 'PUT') {
        objects.set(name, body);
        response.writeHead(200).end();
      } else if (request.method === 'DELETE') {
        objects.delete(name);
        response.writeHead(204).end();
      } else {
        const object = objects.get(name);
        response.writeHead(object ? 200 : 404).end(object);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}/bucket`, objects, refused, close };
}

/** What is wrong with the signature of a request; null: it is right. Written from the specification, apart from the product's own signing. */
function fault(
  { method, url = '', headers }: http.IncomingMessage,
  body: Buffer,
  key: { region: string; keyId: string; secret: string },
): string | null {
  const given =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    );
  if (!given) return 'AccessDenied';
  const [, keyId, day, region, names, signature] = given;
  if (keyId !== key.keyId) return 'InvalidAccessKeyId';
  if (region !== key.region) return 'AuthorizationHeaderMalformed';
  const date = String(headers['x-amz-date']);
  const at = Date.parse(date.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, '$1-$2-$3T$4:$5:$6Z'));
  if (!date.startsWith(day) || Number.isNaN(at)) return 'RequestTimeTooSkewed';
  if (headers['x-amz-content-sha256'] !== hash(body)) return 'XAmzContentSHA256Mismatch';
  const signed = names.split(';');
  if (!['host', 'x-amz-content-sha256', 'x-amz-date'].every((name) => signed.includes(name))) return 'AccessDenied';
  const [path, query = ''] = url.split('?');
  const lines = [method, path, query, ...signed.map((name) => `${name}:${String(headers[name]).trim()}`), '', names, hash(body)];
  const text = `AWS4-HMAC-SHA256\n${date}\n${day}/${region}/s3/aws4_request\n${hash(lines.join('\n'))}`;
  const signing = mac(mac(mac(mac(`AWS4${key.secret}`, day), region), 's3'), 'aws4_request');
  return createHmac('sha256', signing).update(text).digest('hex') === signature ? null : 'SignatureDoesNotMatch';
}
