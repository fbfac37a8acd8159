import { signedHeaders } from './signature-v4';

const KEY = { region: 'us-east-1', keyId: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const AT = Date.parse('2013-05-24T00:00:00Z');
const signatureOf = (request: Parameters<typeof signedHeaders>[0]): string =>
  /Signature=([0-9a-f]{64})$/.exec(signedHeaders(request, KEY, AT).authorization)![1];

describe('signature version 4', () => {
  it('gives the signatures of the examples that AWS publishes', () => {
    const host = 'https://examplebucket.s3.amazonaws.com';
    expect(signatureOf({ method: 'GET', url: new URL(`${host}/test.txt`), headers: { range: 'bytes=0-9' } })).toBe(
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    );
    const put = {
      ...{ method: 'PUT' as const, url: new URL(`${host}/test%24file.text`), body: Buffer.from('Welcome to Amazon S3.') },
      headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
    };
    expect(signatureOf(put)).toBe('98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd');
    expect(signatureOf({ method: 'GET', url: new URL(`${host}/?max-keys=2&prefix=J`) })).toBe(
      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    );
  });

  it('depends on every byte of the body and on the hour', () => {
    const url = new URL('https://s3.example/bucket/files/a');
    const of = (body: string, at = AT): string => signedHeaders({ method: 'PUT', url, body: Buffer.from(body) }, KEY, at).authorization;
    expect(new Set([of('a'), of('b'), of('a', AT + 3_600_000)]).size).toBe(3);
  });
});
