import { SECOND_FACTOR_ROLES, type Principal } from '@app/contracts';
import { ApiKeyRepository, looksLikeApiKey } from './api-keys/api-key.repository';
import { signInNeeded } from './identity-errors';
import type { IdentityParts, RequestOrigin } from './identity-parts';
import { SessionRepository } from './sessions/session.repository';
import { SignedTokens, TokenError } from './token/signed-token';

/** Says who a bearer is: a signed-in user, or a program with a key. */
export class Authenticator {
  readonly #tokens: SignedTokens;
  readonly #sessions: SessionRepository;
  readonly #keys: ApiKeyRepository;

  constructor(private readonly parts: IdentityParts) {
    this.#tokens = new SignedTokens(parts.secret);
    this.#sessions = new SessionRepository(parts);
    this.#keys = new ApiKeyRepository(parts.dataSource);
  }

  /**
   * The principal of an access token or an API key. Session, user and key are looked up each time: what is revoked, disabled or changed holds at once.
   * Throws `unauthorized`, one answer for all reasons; the reason is logged.
   */
  async principalOf(bearer: string, origin: RequestOrigin): Promise<Principal> {
    const found = looksLikeApiKey(bearer) ? await this.ofKey(bearer) : await this.ofToken(bearer);
    if (typeof found !== 'string') return found;
    this.parts.logger.warn({ requestId: origin.requestId, ip: origin.ip, fault: found }, 'bearer refused');
    throw signInNeeded();
  }

  /** A principal, or the reason why there is none. */
  private async ofToken(token: string): Promise<Principal | string> {
    const now = this.parts.clock.now();
    try {
      const { userId, brand, session } = await this.#tokens.verify('api', token, now);
      const standing = session && UUID.test(session) ? await this.#sessions.standing(this.parts.dataSource, session, now) : null;
      if (!standing) return 'session over';
      if (standing.brandCode !== brand) return 'token of another brand';
      if (standing.userId !== userId) return 'token of another user';
      if (SECOND_FACTOR_ROLES.includes(standing.role) && !standing.secondFactor) return 'role needs a second factor';
      const { name, role, grants, sessionId } = standing;
      return { actor: { kind: 'user', id: userId, name }, brandCode: brand, role, sessionId, grants };
    } catch (error) {
      if (error instanceof TokenError) return error.fault;
      throw error;
    }
  }

  private async ofKey(secret: string): Promise<Principal | string> {
    const now = this.parts.clock.now();
    const key = await this.#keys.findUsable(secret, now);
    if (!key) return 'unknown key, or over';
    await this.#keys.markUsed(key.keyId, now);
    const { owner, name, brandCode, grants, actions } = key;
    // a key acts for whoever made it: it is never a second pair of eyes
    return { actor: { ...owner, name: `${owner.name} · ${name}` }, brandCode, role: 'api-key', sessionId: null, grants, actions };
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
