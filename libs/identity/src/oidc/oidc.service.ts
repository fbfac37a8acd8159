import * as openid from 'openid-client';
import { fetch } from 'undici';
import { guardedAgent, type OutboundGuard } from '@app/config';
import { refusal, type VitrineError } from '@app/contracts';
import { recordAct, SealVault } from '@app/database';
import type { EntityManager } from 'typeorm';
import type { IdentityParts, RequestOrigin } from '../identity-parts';
import { endLinks } from '../links/link.repository';
import { actorOfUser, type SignInService, type SignInStep } from '../sign-in.service';
import { findByEmail, findUser, foldLogin, type StoredUser } from '../users/user.repository';

/** The company's provider, as it is configured. */
export interface OidcProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  label: string;
  /** Code of the brand whose users sign in there; null: the one that is asked for. */
  brand: string | null;
  /** Where the provider sends people back to. */
  redirectUri: string;
  /** Networks that are not public and may be called: the provider's document may name other hosts than its own. */
  privateTargets?: readonly string[];
}

/** What the browser carries from here to the provider and back, sealed: whoever begins is who ends. */
interface Begun {
  brand: string;
  state: string;
  nonce: string;
  verifier: string;
  until: number;
}

const PURPOSE = 'oidc';
const PLACE = ['oidc'];
/** So long may somebody stay at the provider. */
export const OIDC_MS = 10 * 60_000;
const TIMEOUT_SECONDS = 15;
/** A provider that did not answer is asked again after the first of these, then after twice as long each time up to the second. */
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 5 * 60_000;

/**
 * Signing in by the company's OpenID provider: authorisation code with PKCE, state and nonce. It opens users that exist (invited or active), found by the
 * provider's subject or, the first time, by their verified email; it never makes one. Where a second factor of ours is needed, it still is.
 */
export class OidcService {
  readonly #vault: SealVault;
  #found: Promise<openid.Configuration> | undefined;
  #failures = 0;
  /** Until then nobody asks the provider for its document; epoch ms. */
  #askAgainAt = 0;

  constructor(
    private readonly parts: IdentityParts,
    private readonly signIns: SignInService,
    private readonly provider: OidcProvider | null,
  ) {
    this.#vault = new SealVault(parts.secret, PURPOSE);
  }

  /** What the button says; null: no provider is set up, and nothing else here may be called. */
  get label(): string | null {
    return this.provider?.label ?? null;
  }

  get brand(): string | null {
    return this.provider?.brand ?? null;
  }

  /** It did not answer lately, and is not asked again yet. */
  get isDown(): boolean {
    return this.#found === undefined && this.parts.clock.now() < this.#askAgainAt;
  }

  /** Where to send the browser, and what it has to bring back in a cookie. Throws `platform` when the provider does not answer. */
  async begin(brand: string): Promise<{ url: string; carried: string }> {
    const config = await this.configuration();
    const begun: Begun = {
      brand,
      state: openid.randomState(),
      nonce: openid.randomNonce(),
      verifier: openid.randomPKCECodeVerifier(),
      until: this.parts.clock.now() + OIDC_MS,
    };
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: this.setUp.redirectUri,
      scope: 'openid email profile',
      code_challenge: await openid.calculatePKCECodeChallenge(begun.verifier),
      code_challenge_method: 'S256',
      state: begun.state,
      nonce: begun.nonce,
    });
    return { url: url.href, carried: this.#vault.seal(JSON.stringify(begun), PLACE).toString('base64url') };
  }

  /** Ends what was begun. `query`: of the address that the provider sent the browser to. Throws `unauthorized`, one answer for all reasons. */
  async finish(query: string, carried: string, origin: RequestOrigin): Promise<SignInStep> {
    try {
      const begun = this.opened(carried);
      const person = await this.personOf(query, begun);
      const user = await this.parts.dataSource.transaction((tx) => this.userOf(tx, begun.brand, person));
      return await this.signIns.proceed(user, origin, { by: 'company', now: this.parts.clock.now() });
    } catch (error) {
      const reason = error instanceof Refused ? error.message : error instanceof Error ? error.name : 'unknown';
      this.parts.logger.warn({ requestId: origin.requestId, ip: origin.ip, reason }, 'company sign-in refused');
      throw companyRefused();
    }
  }

  private get setUp(): OidcProvider {
    if (this.provider) return this.provider;
    throw new Error('no company sign-in is set up');
  }

  private opened(carried: string): Begun {
    let begun: Begun;
    try {
      begun = JSON.parse(this.#vault.open(Buffer.from(carried, 'base64url'), PLACE).toString('utf8')) as Begun;
    } catch {
      throw new Refused('not begun in this browser');
    }
    if (begun.until > this.parts.clock.now()) return begun;
    throw new Refused('begun too long ago');
  }

  /** Who the provider says it is. */
  private async personOf(query: string, { state, nonce, verifier }: Begun): Promise<Person> {
    const config = await this.configuration();
    const address = new URL(this.setUp.redirectUri);
    address.search = query;
    const tokens = await openid.authorizationCodeGrant(config, address, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims) throw new Refused('no id token');
    // some providers put the email into the user info only
    const info = claims.email === undefined ? await openid.fetchUserInfo(config, tokens.access_token, claims.sub) : claims;
    const email = info.email_verified === true && typeof info.email === 'string' ? foldLogin(info.email) : null;
    return { issuer: claims.iss, subject: claims.sub, email };
  }

  private async userOf(tx: EntityManager, brand: string, { issuer, subject, email }: Person): Promise<StoredUser> {
    const [known] = (await tx.query(
      `SELECT u.user_id AS "userId" FROM app_user u JOIN brand b ON b.brand_id = u.brand_id
       WHERE b.code = $1 AND u.oidc_issuer = $2 AND u.oidc_subject = $3`,
      [brand, issuer, subject],
    )) as { userId: string }[];
    const found = known ? await findUser(tx, known.userId) : email === null ? null : await findByEmail(tx, brand, email);
    if (!found) throw new Refused(email === null ? 'no verified email' : 'nobody was invited with this email');
    if (found.state === 'disabled') throw new Refused('user disabled');
    if (known) return found;
    if (found.oidcSubject !== null) throw new Refused('the email belongs to another subject now');
    return this.bound(tx, found, { issuer, subject });
  }

  /** The first time: from now on this subject is that user, whatever happens to the email. */
  private async bound(tx: EntityManager, user: StoredUser, { issuer, subject }: { issuer: string; subject: string }): Promise<StoredUser> {
    const { brandId, userId } = user;
    await tx.query(`UPDATE app_user SET oidc_issuer = $2, oidc_subject = $3, state = 'active' WHERE user_id = $1`, [
      userId,
      issuer,
      subject,
    ]);
    await endLinks(tx, userId, this.parts.clock.now());
    await recordAct(tx, {
      brandId,
      actor: actorOfUser(user),
      action: 'user.company',
      subject: `user/${userId}`,
      before: { state: user.state },
      after: { state: 'active', issuer },
      reason: null,
    });
    return { ...user, state: 'active', oidcIssuer: issuer, oidcSubject: subject };
  }

  /** Read once, by one request for all that wait; after a failure again with the first sign-in after a wait that doubles. Throws `platform`. */
  private configuration(): Promise<openid.Configuration> {
    if (this.isDown) return Promise.reject(unreachable());
    const { issuer, clientId, clientSecret, privateTargets = [] } = this.setUp;
    const local = issuer.startsWith('http:'); // settings allow it on this machine only
    this.#found ??= openid
      .discovery(new URL(issuer), clientId, clientSecret, undefined, {
        timeout: TIMEOUT_SECONDS,
        [openid.customFetch]: guardedFetch({ privateTargets, trustedHosts: [new URL(issuer).hostname] }),
        ...(local ? { execute: [openid.allowInsecureRequests] } : {}),
      })
      .catch((cause: unknown) => {
        this.#found = undefined;
        this.#askAgainAt = this.parts.clock.now() + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.#failures++, 30));
        this.parts.logger.warn({ issuer, failures: this.#failures }, 'company sign-in: the provider does not answer');
        throw unreachable(cause);
      });
    return this.#found;
  }
}

/** All calls of the library: to the issuer that the operator names, and else to public addresses only. */
function guardedFetch(guard: OutboundGuard): openid.CustomFetch {
  const dispatcher = guardedAgent(guard);
  return async (url, options) => (await fetch(url, { ...(options as object), dispatcher })) as unknown as Response;
}

interface Person {
  issuer: string;
  subject: string;
  /** Null: none, or the provider has not verified it. */
  email: string | null;
}

/** Why, for the log; holds nothing of the person. */
class Refused extends Error {}

const companyRefused = (): VitrineError =>
  refusal(
    'unauthorized',
    { zh: '企业账号登录未成功', en: 'The sign-in by the company account did not succeed' },
    {
      zh: '请重试；若仍失败，请品牌管理员确认已用您的企业邮箱邀请您',
      en: 'Try again; if it goes on, ask your brand admin whether you were invited with your company email',
    },
  );

const unreachable = (cause?: unknown): VitrineError => {
  const error = refusal(
    'platform',
    { zh: '无法连接企业登录服务', en: 'The company sign-in service cannot be reached' },
    { zh: '请用密码登录，或检查 OIDC_ISSUER', en: 'Sign in with a password, or check OIDC_ISSUER' },
  );
  error.cause = cause;
  return error;
};
