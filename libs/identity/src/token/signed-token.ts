import { hkdfSync } from 'node:crypto';
import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { deriveKey } from '@app/config';

/** What a token is for. One of another use is refused: a challenge opens no report. */
export const TOKEN_USES = { api: 10 * 60, 'second-factor': 5 * 60, enrol: 15 * 60 } as const;
export type TokenUse = keyof typeof TOKEN_USES;

/** How somebody proved who they are at first; `company`: by the company's sign-in (OIDC). */
export type FirstFactor = 'password' | 'company';

/** Whom a token speaks of. `session` of api tokens; of steps `by` and `stamp`, which changes with the password and so ends them. */
export interface TokenClaims {
  userId: string;
  brand: string;
  session?: string;
  stamp?: number;
  by?: FirstFactor;
}

/** Why a token is refused. For the log: outside all of them are one answer. */
export type TokenFault = 'malformed' | 'unknown key version' | 'signature' | 'expired' | 'from the future' | 'other use' | 'claims';

export class TokenError extends Error {
  constructor(readonly fault: TokenFault) {
    super(fault);
    this.name = 'TokenError';
  }
}

const VERSION = 'v1';
const ISSUER = 'vitrine';
const TYPE = 'at+jwt';
/** Clocks of several api processes differ a little. A token from further ahead is refused: something is wrong with a clock, or with the token. */
const SKEW_SECONDS = 30;

/**
 * Short-lived signed tokens (JWT, HS256) under a key derived from the installation's secret. The header names the key by version and an id that tells
 * nothing about it: tokens of a former secret are refused as such, and the page gets a new one by its refresh token.
 */
export class SignedTokens {
  readonly #key: Buffer;
  readonly keyId: string;

  constructor(secret: string) {
    this.#key = deriveKey(secret, `tokens:${VERSION}`);
    this.keyId = `${VERSION}.${Buffer.from(hkdfSync('sha256', secret, 'vitrine', `tokens:${VERSION}:key-id`, 4)).toString('hex')}`;
  }

  /** `now` in epoch ms. */
  sign(use: TokenUse, { userId, brand, session, stamp, by }: TokenClaims, now: number): Promise<string> {
    const issuedAt = Math.floor(now / 1000);
    return new SignJWT({ brand, ...(session ? { sid: session } : {}), ...(stamp === undefined ? {} : { stamp, by }) })
      .setProtectedHeader({ alg: 'HS256', typ: TYPE, kid: this.keyId })
      .setIssuer(ISSUER)
      .setAudience(use)
      .setSubject(userId)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + TOKEN_USES[use])
      .sign(this.#key);
  }

  /** Throws TokenError. */
  async verify(use: TokenUse, token: string, now: number): Promise<TokenClaims> {
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => this.keyOf(kid), {
        algorithms: ['HS256'],
        typ: TYPE,
        issuer: ISSUER,
        audience: use,
        currentDate: new Date(now),
        clockTolerance: SKEW_SECONDS,
        // also what claims to live longer than we sign
        maxTokenAge: TOKEN_USES[use],
        requiredClaims: ['sub', 'exp', 'iat'],
      });
      return claimsOf(payload);
    } catch (error) {
      throw error instanceof TokenError ? error : new TokenError(faultOf(error));
    }
  }

  private keyOf(kid: string | undefined): Buffer {
    if (kid === this.keyId) return this.#key;
    throw new TokenError('unknown key version');
  }
}

function claimsOf({ sub, brand, sid, stamp, by }: JWTPayload): TokenClaims {
  const session = sid === undefined || typeof sid === 'string';
  const step = (stamp === undefined || typeof stamp === 'number') && (by === undefined || by === 'password' || by === 'company');
  if (typeof sub !== 'string' || typeof brand !== 'string' || !session || !step) throw new TokenError('claims');
  return { userId: sub, brand, session: sid as string | undefined, stamp, by };
}

function faultOf(error: unknown): TokenFault {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature';
  if (error instanceof errors.JWTClaimValidationFailed)
    return error.claim === 'iat' && error.reason === 'check_failed' ? 'from the future' : error.claim === 'aud' ? 'other use' : 'claims';
  return 'malformed';
}
