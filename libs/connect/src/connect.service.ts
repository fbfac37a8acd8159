import type { DataSource } from 'typeorm';
import type { Clock, PlatformSettings, Settings } from '@app/config';
import { PRODUCT_PLATFORM, VitrineError, type BegunConnection, type Brand, type Connection, type GrantProduct } from '@app/contracts';
import { StateWriter, actorNow, recordAct, type GrantRow } from '@app/database';
import { OAUTH_FLOWS, type Authorised, type OAuthApp, type Platform } from '@app/platforms';
import { listConnections } from './connection-list';
import { appMissing, codeMissing, termsMissing } from './failures';
import { OAuthStates, type StateSubject } from './oauth-state';

/** The part of Settings that says which app a product has and where its server is. */
export type AppSettings = Pick<Settings, 'platforms' | 'advertising' | 'publicUrl' | 'port'>;

export interface ConnectParts {
  dataSource: DataSource;
  secret: string;
  settings: AppSettings;
  clock: Clock;
}

export interface BeginRequest {
  brandId: number;
  product: GrantProduct;
  accountIds: string[];
  /** Tencent Ads: the platform's ids of the brands whose figures are asked for; an account of a brand must name them. */
  platformBrandIds?: string[];
  /** Who has read and accepted the terms; blank: nobody, and nothing is begun. */
  acknowledgedBy: string;
  /** Where the platform sends the owner; default: our own callback. */
  redirectUri?: string;
}

/** What an owner brings back: the whole address that the platform sent them to, or the code alone. */
export interface FinishRequest {
  brand: Brand;
  product: GrantProduct;
  /** Of the address; null where only the code was pasted. */
  state: string | null;
  code: string;
}

const DEFAULT_PORT = 3000;

/** Settings of the app of a product. */
export function appSettingsOf(
  { platforms, advertising }: Pick<Settings, 'platforms' | 'advertising'>,
  product: GrantProduct,
): PlatformSettings {
  const apps: Record<GrantProduct, PlatformSettings> = {
    'douyin-open': platforms.douyin,
    'kuaishou-open': platforms.kuaishou,
    'channels-app': platforms.channels,
    oceanengine: advertising.oceanengine,
    magnetic: advertising.magnetic,
    'tencent-ads': advertising.tencentads,
  };
  return apps[product];
}

/** Connects products: begins authorisations, turns codes into grants, lists what is connected. */
export class ConnectService {
  private readonly states: OAuthStates;

  constructor(private readonly parts: ConnectParts) {
    this.states = new OAuthStates(parts.dataSource, parts.secret);
  }

  /** The address that the owner of the account opens. Throws `bad_input` without accepted terms, without app, or for a product without such a page. */
  async begin(request: BeginRequest): Promise<BegunConnection & { state: string }> {
    const { product, brandId, accountIds } = request;
    const acknowledgedBy = request.acknowledgedBy.trim();
    if (acknowledgedBy === '') throw termsMissing(product);
    const flow = flowOf(product);
    const app = this.appOf(product);
    const now = this.parts.clock.now();
    const redirectUri = request.redirectUri ?? this.callbackOf(product);
    const { state, expiresAt } = await this.states.make(
      {
        brandId,
        product,
        accountIds: [...accountIds].sort(),
        platformBrandIds: [...(request.platformBrandIds ?? [])],
        redirectUri,
        acknowledgedAt: now,
        acknowledgedBy,
      },
      now,
    );
    const authorizeUrl = flow.authorizeUrl(app, { redirectUri, state });
    return { product, authorizeUrl, redirectUri, expiresAt: new Date(expiresAt).toISOString(), state };
  }

  /** The redirect of a platform: its state says whose it is. */
  async callback(product: GrantProduct, query: { state: string; code: string }, signal: AbortSignal): Promise<Connection> {
    const subject = await this.states.take(query.state, product, this.parts.clock.now());
    return this.exchanged(subject, query.code, signal);
  }

  /** The same by hand, at a terminal of this installation. Without a state the newest authorisation that was begun is meant. */
  async finish({ brand, product, state, code }: FinishRequest, signal: AbortSignal): Promise<Connection> {
    const now = this.parts.clock.now();
    const subject =
      state === null ? await this.states.takeNewest(brand.brandId, product, now) : await this.states.take(state, product, now);
    if (!subject || subject.brandId !== brand.brandId) throw termsMissing(product);
    return this.exchanged(subject, code, signal);
  }

  /** A product whose appid and secret are the permission: they are tried, then kept. */
  async connectApp(
    request: BeginRequest & { appId: string; appSecret: string },
    connector: Pick<Platform, 'refresh'>,
    signal: AbortSignal,
  ): Promise<Connection> {
    const { brandId, product, appId, appSecret, acknowledgedBy } = request;
    if (acknowledgedBy.trim() === '') throw termsMissing(product);
    const empty = { refreshToken: null, accessExpiresAt: null, refreshExpiresAt: null, accessToken: '' };
    const grant = { ...empty, brandId, product, principalId: appId, appId, appSecret };
    const { accessToken, accessExpiresAt } = await connector.refresh(grant, false, this.parts.clock, signal);
    const now = this.parts.clock.now();
    const authorised = { ...empty, accessToken, accessExpiresAt, principalId: appId, accountIds: [appId], scopes: null };
    const subject = { ...request, platformBrandIds: [], redirectUri: '', acknowledgedAt: now };
    return this.kept(subject, authorised, { appId, appSecret });
  }

  /** Every connection of a brand. */
  list(brand: Brand): Promise<Connection[]> {
    return listConnections(this.parts.dataSource, brand, { now: this.parts.clock.now(), origins: originsOf(this.parts.settings) });
  }

  private async exchanged(subject: StateSubject, code: string, signal: AbortSignal): Promise<Connection> {
    if (code.trim() === '') throw codeMissing();
    const { product, redirectUri } = subject;
    const given = { code: code.trim(), redirectUri, clock: this.parts.clock, signal };
    const authorised = await flowOf(product).exchange(this.appOf(product), given);
    const brands = subject.platformBrandIds.join(',');
    const principalId = brands === '' ? authorised.principalId : `${authorised.principalId}:${brands}`;
    return this.kept(subject, { ...authorised, principalId }, {});
  }

  private async kept(subject: StateSubject, authorised: Authorised, app: { appId?: string; appSecret?: string }): Promise<Connection> {
    const { dataSource, secret, clock } = this.parts;
    const { brandId, product } = subject;
    const { principalId, scopes, accountIds: named, ...tokens } = authorised;
    const row: GrantRow = {
      product,
      principalId,
      accounts: await this.accountsOf(subject, authorised),
      scopes: scopes ?? [],
      ...tokens,
      ...app,
    };
    const { rejected } = await new StateWriter(dataSource, secret).upsertGrants(brandId, [row]);
    if (rejected.length > 0) throw new VitrineError('internal', rejected[0].text);
    await dataSource.transaction(async (tx) => {
      await tx.query(
        `UPDATE platform_grant SET revoked_at = NULL, revoked_code = NULL, renewals = 0, authorised_at = $4, terms_acknowledged_at = $5,
           terms_acknowledged_by = $6
         WHERE brand_id = $1 AND product = $2 AND principal_id = $3`,
        [brandId, product, principalId, new Date(clock.now()), new Date(subject.acknowledgedAt), subject.acknowledgedBy],
      );
      const after = { accounts: row.accounts, scopes: row.scopes, termsAcknowledgedBy: subject.acknowledgedBy };
      const connected = `connection/${product}/${principalId}`;
      await recordAct(tx, {
        brandId,
        actor: actorNow(),
        action: 'connection.connect',
        subject: connected,
        before: null,
        after,
        reason: null,
      });
    });
    const [brand] = (await dataSource.query('SELECT brand_id AS "brandId", code, name, zone FROM brand WHERE brand_id = $1', [
      brandId,
    ])) as Brand[];
    const kept = (await this.list(brand)).find((one) => one.product === product && one.principalId === principalId);
    if (!kept) throw new VitrineError('internal', { zh: `${named.join()} 的授权未保存`, en: 'The permission was not kept' });
    return kept;
  }

  /** The accounts asked for and those bound before; else what the platform names; else, for an advertiser, all accounts of the platform. */
  private async accountsOf({ brandId, product, accountIds }: StateSubject, authorised: Authorised): Promise<string[]> {
    const { dataSource } = this.parts;
    const [bound] = (await dataSource.query(
      'SELECT account_ids AS ids FROM platform_grant WHERE brand_id = $1 AND product = $2 AND principal_id = $3',
      [brandId, product, authorised.principalId],
    )) as { ids: string[] }[];
    const known = [...new Set([...accountIds, ...(bound?.ids ?? [])])];
    if (known.length > 0) return known;
    if (authorised.accountIds.length > 0) return authorised.accountIds;
    const declared = (await dataSource.query(
      'SELECT account_id AS id FROM account WHERE brand_id = $1 AND platform = $2 ORDER BY account_id',
      [brandId, PRODUCT_PLATFORM[product]],
    )) as { id: string }[];
    return declared.map(({ id }) => id);
  }

  private appOf(product: GrantProduct): OAuthApp {
    const { appId, appSecret, baseUrl } = appSettingsOf(this.parts.settings, product);
    if (!appId || !appSecret) throw appMissing(product);
    return { appId, appSecret, baseUrl };
  }

  private callbackOf(product: GrantProduct): string {
    const { publicUrl, port } = this.parts.settings;
    return `${publicUrl ?? `http://127.0.0.1:${port ?? DEFAULT_PORT}`}/api/v1/connections/${product}/callback`;
  }
}

/** Origin of the server of each product. */
export function originsOf(settings: Pick<Settings, 'platforms' | 'advertising'>): Record<GrantProduct, string> {
  const origin = (product: GrantProduct) => new URL(appSettingsOf(settings, product).baseUrl).origin;
  return {
    'douyin-open': origin('douyin-open'),
    'kuaishou-open': origin('kuaishou-open'),
    'channels-app': origin('channels-app'),
    oceanengine: origin('oceanengine'),
    magnetic: origin('magnetic'),
    'tencent-ads': origin('tencent-ads'),
  };
}

function flowOf(product: GrantProduct) {
  if (product !== 'channels-app') return OAUTH_FLOWS[product];
  throw new VitrineError(
    'bad_input',
    { zh: '视频号没有授权页：用 appid 与密钥连接', en: 'WeChat Channels has no authorize page: it is connected by appid and secret' },
    {
      remedy: {
        zh: 'vitrine connect channels-app --app-id …（密钥从标准输入读取）',
        en: 'vitrine connect channels-app --app-id … (the secret is read from standard input)',
      },
    },
  );
}

/** The code and the state of what somebody pasted: a whole address, its query, or the code alone. */
export function pastedCode(product: GrantProduct, pasted: string): { code: string; state: string | null } {
  const text = pasted.trim();
  const flow = product === 'channels-app' ? null : OAUTH_FLOWS[product];
  const query = text.includes('?')
    ? text.slice(text.indexOf('?') + 1).replace(/#.*$/, '')
    : text.includes('=') && text.includes('&')
      ? text
      : null;
  if (query === null) return { code: text, state: null };
  const parameters = new URLSearchParams(query);
  const code =
    parameters.get(flow?.codeParameter ?? 'code') ??
    parameters.get('code') ??
    parameters.get('auth_code') ??
    parameters.get('authorization_code');
  if (!code) throw codeMissing();
  return { code, state: parameters.get('state') };
}
