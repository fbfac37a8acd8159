import { Secret, TOTP } from 'otpauth';

const STEP_SECONDS = 30;
const DIGITS = 6;
/** Steps before and after the present one whose codes are taken: phones' clocks, and slow fingers. */
const WINDOW = 1;
const SECRET_BYTES = 20;

/** A new secret, Base32 as authenticator apps take it. */
export const newTotpSecret = (): string => new Secret({ size: SECRET_BYTES }).base32;

const totpOf = (secret: string, label = '', issuer = ''): TOTP =>
  new TOTP({ issuer, label, algorithm: 'SHA1', digits: DIGITS, period: STEP_SECONDS, secret: Secret.fromBase32(secret) });

/** Address that an authenticator app reads out of the QR code. */
export const totpUri = (secret: string, login: string, brand: string): string => totpOf(secret, login, `Vitrine ${brand}`).toString();

/** The code of an instant (epoch ms), RFC 6238 with SHA-1, six digits, 30 s. */
export const totpAt = (secret: string, now: number): string => totpOf(secret).generate({ timestamp: now });

/** The step whose code this is, among those that count at `now`; null: none. The caller takes no step twice, and none before one that was taken. */
export function totpStep(secret: string, code: string, now: number): number | null {
  const token = code.replace(/\s/g, '');
  if (!/^\d{6}$/.test(token)) return null;
  const delta = totpOf(secret).validate({ token, timestamp: now, window: WINDOW });
  return delta === null ? null : Math.floor(now / 1000 / STEP_SECONDS) + delta;
}
