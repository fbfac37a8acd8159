import { mix } from '../world/random';

/** What a token says: whose it is, its clock, and how often its line was renewed. Instants are epoch ms. */
export interface TokenClaims {
  account: number;
  issuedAt: number;
  expiresAt: number;
  serial: number;
}

/** The pair that an owner gave at the start of the world, with its ends (epoch ms). */
export interface GrantedPair {
  accessToken: string;
  refreshToken: string;
  accessExpiresAt: number;
  refreshExpiresAt: number;
}

/**
 * Issues tokens that carry their own claims, so that a restarted simulator still takes the tokens of an earlier run. Ended tokens and prolonged
 * lives are remembered only as long as the process lives.
 */
export class TokenOffice {
  private readonly ended = new Map<string, number>();
  private readonly prolonged = new Map<string, number>();

  constructor(
    private readonly seed: number,
    private readonly prefix: string,
  ) {}

  issue({ account, issuedAt, expiresAt, serial }: TokenClaims): string {
    const claims = [account, issuedAt, expiresAt, serial].map((n) => n.toString(36)).join('.');
    return `${this.prefix}${claims}.${this.seal(claims)}`;
  }

  /** The claims of a token of this office, or null; says nothing about its life. */
  read(token: string): TokenClaims | null {
    if (!token.startsWith(this.prefix)) return null;
    const text = token.slice(this.prefix.length);
    const at = text.lastIndexOf('.');
    if (at < 0 || this.seal(text.slice(0, at)) !== text.slice(at + 1)) return null;
    const [account = 0, issuedAt = 0, expiresAt = 0, serial = 0] = text
      .slice(0, at)
      .split('.')
      .map((part) => parseInt(part, 36));
    return { account, issuedAt, expiresAt: this.prolonged.get(token) ?? expiresAt, serial };
  }

  /** The token is refused from `at` on. */
  end(token: string, at: number): void {
    this.ended.set(token, Math.min(at, this.ended.get(token) ?? Infinity));
  }
  prolong(token: string, expiresAt: number): void {
    this.prolonged.set(token, expiresAt);
  }
  hasEnded(token: string, now: number): boolean {
    const at = this.ended.get(token);
    return at !== undefined && now >= at;
  }

  private seal(claims: string): string {
    let h = this.seed;
    for (let i = 0; i < claims.length; i++) h = Math.imul(h ^ claims.charCodeAt(i), 0x01000193);
    return `${mix(this.seed, h, 61).toString(36)}${mix(this.seed, h, claims.length, 62).toString(36)}`;
  }
}
