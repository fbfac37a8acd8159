import { decodeProtectedHeader, SignJWT, UnsecuredJWT } from 'jose';
import { deriveKey } from '@app/config';
import { SignedTokens, TOKEN_USES, TokenError, type TokenUse } from './signed-token';

const SECRET = 'the secret of this installation!!';
const NOW = 1_800_000_000_000;
const CLAIMS = { userId: 'u1', brand: 'one', session: 's1' };
const tokens = new SignedTokens(SECRET);

const fault = async (token: string, { use = 'api' as TokenUse, now = NOW, by = tokens } = {}) => {
  try {
    await by.verify(use, token, now);
    return 'good';
  } catch (error) {
    if (error instanceof TokenError) return error.fault;
    throw error;
  }
};
const forged = (change: { header?: object; claims?: object; key?: Buffer; issuedAt?: number; expires?: number } = {}) => {
  const at = change.issuedAt ?? NOW / 1000;
  return new SignJWT({
    brand: 'one',
    sid: 's1',
    iss: 'vitrine',
    aud: 'api',
    sub: 'u1',
    iat: at,
    exp: change.expires ?? at + 600,
    ...change.claims,
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: tokens.keyId, ...change.header })
    .sign(change.key ?? deriveKey(SECRET, 'tokens:v1'));
};

describe('access tokens', () => {
  it('say whom they speak of, for no longer than a quarter of an hour', async () => {
    const token = await tokens.sign('api', CLAIMS, NOW);
    expect(await tokens.verify('api', token, NOW)).toMatchObject(CLAIMS);
    expect(TOKEN_USES.api).toBeLessThanOrEqual(15 * 60);
    expect(await fault(token, { now: NOW + TOKEN_USES.api * 1000 - 1000 })).toBe('good');
    expect(await fault(token, { now: NOW + (TOKEN_USES.api + 31) * 1000 })).toBe('expired');
    expect(await fault(await forged())).toBe('good'); // what the forgeries below differ from
  });

  it('the header names key and version and nothing of the secret', async () => {
    expect(decodeProtectedHeader(await tokens.sign('api', CLAIMS, NOW))).toEqual({ alg: 'HS256', typ: 'at+jwt', kid: tokens.keyId });
    expect(tokens.keyId).toMatch(/^v1\.[0-9a-f]{8}$/);
    expect(new SignedTokens(`${SECRET}x`).keyId).not.toBe(tokens.keyId);
  });

  it('of an unknown key version, or of a former secret, are refused', async () => {
    expect(await fault(await new SignedTokens('another secret, another installation').sign('api', CLAIMS, NOW))).toBe(
      'unknown key version',
    );
    for (const kid of ['v2.00000000', '', 'v1', undefined])
      expect(await fault(await forged({ header: { kid } }))).toBe('unknown key version');
  });

  it('of a clock that is ahead are refused; a few seconds do not matter', async () => {
    expect(await fault(await forged({ issuedAt: NOW / 1000 + 20 }))).toBe('good');
    expect(await fault(await forged({ issuedAt: NOW / 1000 + 90 }))).toBe('from the future');
  });

  it('that claim to live longer than we sign are refused', async () => {
    const old = NOW / 1000 - TOKEN_USES.api - 60;
    expect(await fault(await forged({ issuedAt: old, expires: NOW / 1000 + 86_400 }))).toBe('expired');
  });

  it('of another use are refused: the step of a sign-in opens nothing', async () => {
    for (const use of ['second-factor', 'enrol'] as const) {
      const step = await tokens.sign(use, { userId: 'u1', brand: 'one', stamp: 5, by: 'password' }, NOW);
      expect(await fault(step)).toBe('other use');
      expect(await fault(step, { use })).toBe('good');
      expect(await fault(await tokens.sign('api', CLAIMS, NOW), { use })).toBe('other use');
    }
  });

  it('that are tampered with, unsigned or signed otherwise are refused', async () => {
    const token = await tokens.sign('api', CLAIMS, NOW);
    const [head, body, signature] = token.split('.');
    const other = Buffer.from(
      JSON.stringify({ ...(JSON.parse(Buffer.from(body, 'base64url').toString()) as object), brand: 'two' }),
    ).toString('base64url');
    expect(await fault(`${head}.${other}.${signature}`)).toBe('signature');
    expect(await fault(await forged({ key: deriveKey(SECRET, 'other') }))).toBe('signature');
    const unsigned = new UnsecuredJWT({ brand: 'one', sid: 's1' }).setSubject('u1').encode();
    for (const bad of [unsigned, '', 'x', 'a.b.c', `${token}x.y`, token.slice(0, -3)]) expect(await fault(bad)).not.toBe('good');
    for (const header of [{ alg: 'HS512' }, { typ: 'JWT' }]) expect(await fault(await forged({ header }))).not.toBe('good');
    for (const claims of [{ iss: 'other' }, { sub: undefined }, { brand: 7 }, { sid: 7 }, { exp: undefined }, { iat: undefined }])
      expect(await fault(await forged({ claims }))).not.toBe('good');
  });
});
