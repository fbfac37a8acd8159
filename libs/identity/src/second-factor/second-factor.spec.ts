import { Secret } from 'otpauth';
import { hashRecoveryCode, newRecoveryCodes, RECOVERY_CODES } from './recovery-codes';
import { qrPath } from './qr';
import { newTotpSecret, totpAt, totpStep, totpUri } from './totp';

/** RFC 6238, appendix B, SHA-1: of its eight digits the last six are the code of six digits. */
const RFC = [
  [59, '94287082'],
  [1111111109, '07081804'],
  [1111111111, '14050471'],
  [1234567890, '89005924'],
  [2000000000, '69279037'],
  [20000000000, '65353130'],
] as const;
const RFC_SECRET = Secret.fromUTF8('12345678901234567890').base32;

describe('codes of the second factor', () => {
  it.each(RFC)('at %i s the code is the one of RFC 6238', (seconds, digits) => {
    expect(totpAt(RFC_SECRET, seconds * 1000)).toBe(digits.slice(-6));
    expect(totpStep(RFC_SECRET, digits.slice(-6), seconds * 1000)).toBe(Math.floor(seconds / 30));
  });

  it('a code counts one step before and after its own, no longer', () => {
    const secret = newTotpSecret();
    const now = 1_800_000_015_000;
    const code = totpAt(secret, now);
    const step = Math.floor(now / 30_000);
    for (const shift of [-30_000, 0, 30_000]) expect(totpStep(secret, code, now + shift)).toBe(step);
    for (const shift of [-60_000, 60_000]) expect(totpStep(secret, code, now + shift)).toBeNull();
  });

  it('a code of another secret, or none at all, does not count', () => {
    const secret = newTotpSecret();
    for (const text of [
      '',
      '12345',
      '1234567',
      'abcdef',
      totpAt(newTotpSecret(), 0) === totpAt(secret, 0) ? 'x' : totpAt(newTotpSecret(), 0),
    ])
      expect(totpStep(secret, text, 1_000_000_000_000)).toBeNull();
  });

  it('the address for the app names issuer, login and the parameters', () => {
    const uri = new URL(totpUri(RFC_SECRET, 'li.lei', 'demo'));
    expect(uri.protocol).toBe('otpauth:');
    expect(Object.fromEntries(uri.searchParams)).toMatchObject({ algorithm: 'SHA1', digits: '6', period: '30', secret: RFC_SECRET });
  });

  it('the QR path stays inside of its square', () => {
    const { size, path } = qrPath('otpauth://totp/x');
    const places = [...path.matchAll(/M(\d+) (\d+)/g)].flatMap(([, x, y]) => [Number(x), Number(y)]);
    expect(places.length).toBeGreaterThan(200);
    expect(Math.min(...places)).toBe(4);
    expect(Math.max(...places)).toBeLessThan(size - 4);
  });
});

describe('recovery codes', () => {
  it('are ten, differ, and are the same however they are typed', () => {
    const codes = newRecoveryCodes();
    expect(new Set(codes).size).toBe(RECOVERY_CODES);
    for (const code of codes) {
      expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{6}-){3}[0-9A-HJKMNP-TV-Z]{6}$/);
      const typed = ` ${code.toLowerCase().replace(/-/g, ' ').replace(/0/g, 'o').replace(/1/g, 'l')} `;
      expect(hashRecoveryCode('u', typed)).toBe(hashRecoveryCode('u', code));
      expect(hashRecoveryCode('v', code)).not.toBe(hashRecoveryCode('u', code));
    }
  });

  it('what cannot be one has no hash', () => {
    for (const text of ['', '123456', 'U'.repeat(24), '1'.repeat(23), '1'.repeat(25)]) expect(hashRecoveryCode('u', text)).toBeNull();
  });
});
