import { createHash, createHmac } from 'node:crypto';

/** A request to a store that speaks S3, before it is signed. */
export interface UnsignedRequest {
  method: 'GET' | 'PUT' | 'DELETE';
  url: URL;
  /** Beside host, date and hash, which are always signed. Names in lower case. */
  headers?: Readonly<Record<string, string>>;
  body?: Buffer;
}

export interface SigningKey {
  region: string;
  keyId: string;
  secret: string;
}

const sha256 = (value: string | Buffer): string => createHash('sha256').update(value).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
/** RFC 3986, of which encodeURIComponent leaves five characters as they are. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * Headers that sign a request (AWS Signature Version 4, service s3): the payload is signed whole, never "UNSIGNED-PAYLOAD". Pure.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function signedHeaders({ method, url, headers = {}, body }: UnsignedRequest, key: SigningKey, at: number): Record<string, string> {
  const instant = new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = instant.slice(0, 8);
  const all: Record<string, string> = {
    ...headers,
    host: url.host,
    'x-amz-content-sha256': sha256(body ?? ''),
    'x-amz-date': instant,
  };
  const names = Object.keys(all).sort();
  const query = [...url.searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).sort();
  const canonical = [
    method,
    url.pathname
      .split('/')
      .map((part) => encoded(decodeURIComponent(part)))
      .join('/'),
    query.join('&'),
    ...names.map((name) => `${name}:${all[name].trim()}`),
    '',
    names.join(';'),
    all['x-amz-content-sha256'],
  ].join('\n');
  const place = `${day}/${key.region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', instant, place, sha256(canonical)].join('\n');
  const signing = ['s3', 'aws4_request'].reduce<Buffer>(hmac, hmac(hmac(`AWS4${key.secret}`, day), key.region));
  const signature = createHmac('sha256', signing).update(text).digest('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${key.keyId}/${place},SignedHeaders=${names.join(';')},Signature=${signature}`;
  return { ...all, authorization };
}
