import { createHmac } from 'node:crypto';
import { isTimely, sameSignature, signatureOf, signedHeaders } from './signature';

const KEY = `ik_${'0'.repeat(18)}`;
const headers = (over: Record<string, string | undefined> = {}) => ({
  'x-vitrine-key': KEY,
  'x-vitrine-timestamp': '1795334400',
  'x-vitrine-signature': 'ab'.repeat(32),
  ...over,
});

describe('signed deliveries', () => {
  it('a header that is missing or of another form is no signature', () => {
    expect(signedHeaders(headers())).toMatchObject({ keyId: KEY, timestamp: '1795334400' });
    expect(signedHeaders(headers({ 'x-vitrine-signature': `sha256=${'AB'.repeat(32)}` }))?.signature).toEqual(
      Buffer.from('ab'.repeat(32), 'hex'),
    );
    for (const over of [
      { 'x-vitrine-key': undefined },
      { 'x-vitrine-key': "ik_' OR 1=1" },
      { 'x-vitrine-timestamp': '2026-11-22' },
      { 'x-vitrine-timestamp': '179533440' },
      { 'x-vitrine-signature': 'ab'.repeat(31) },
      { 'x-vitrine-signature': 'zz'.repeat(32) },
    ])
      expect(signedHeaders(headers(over))).toBeNull();
  });

  it('is HMAC-SHA256 over timestamp, a point and the body, however the body is cut', () => {
    const secret = Buffer.from('iks_secret');
    const cut = signatureOf(secret, '1795334400').update('{"a"').update(':1}\n').digest();
    expect(cut).toEqual(createHmac('sha256', secret).update('1795334400.{"a":1}\n').digest());
    expect(sameSignature(cut, Buffer.from(cut))).toBe(true);
    expect(sameSignature(cut, Buffer.alloc(32))).toBe(false);
    expect(sameSignature(cut, cut.subarray(0, 31))).toBe(false);
  });

  it('holds five minutes to both sides of the clock, in seconds as in milliseconds', () => {
    const now = 1_795_334_400_000;
    for (const [ms, good] of [
      [now - 300_000, true],
      [now - 301_000, false],
      [now + 300_000, true],
      [now + 301_000, false],
    ] as const) {
      expect(isTimely(String(ms), now)).toBe(good);
      expect(isTimely(String(ms / 1000), now)).toBe(good);
    }
  });
});
