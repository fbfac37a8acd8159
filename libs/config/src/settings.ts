import * as path from 'node:path';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { FileSettings } from './file-settings';
import { OidcSettings } from './oidc-settings';
import { PLATFORM_APPS, PlatformApp, PlatformSettings } from './platform-settings';
import { PrivacySettings, type RetentionMonths, retentionOf } from './privacy-settings';
import { PushSettings } from './push-settings';
import { SecuritySettings } from './security-settings';
import { ServerSettings } from './server-settings';
import { SettingDeclaration, settingsOf } from './setting';

/** Everything that the environment decides. `dataDir` is absolute; null is "not set". */
export interface Settings {
  dataDir: string;
  spillMb: number;
  port: number | null;
  host: string;
  clickhouseUrl: string | null;
  clickhouseCluster: string | null;
  databaseUrl: string | null;
  redisUrl: string | null;
  secret: string | null;
  /** The former secret, during a rotation. */
  secretPrevious: string | null;
  /** Where platforms reach this installation; null: they do not. */
  publicUrl: string | null;
  /** Factor for all limits of platforms. */
  limitScale: number;
  /** Assumed where a platform publishes no limit: calls per second of an app, of one authorisation. */
  appRate: number;
  credentialRate: number;
  /** Days for which landing logs hold every delivery; null: for ever. */
  landingDays: number | null;
  /** Months for which each table is kept; null: for ever. */
  retention: RetentionMonths;
  /** Masked names that a user may see in a day. */
  revealsPerDay: number;
  platforms: Record<'douyin' | 'kuaishou' | 'channels', PlatformSettings>;
  /** Apps at the advertising platforms. */
  advertising: Record<'oceanengine' | 'magnetic' | 'tencentads', PlatformSettings>;
  /** What pushes of platforms are checked with. */
  push: PushSettings;
  /** The company's own sign-in; `issuer` null: there is none. */
  oidc: OidcSettings;
  /** Where files of appeals are kept; null: in the data folder. */
  fileStore: { url: string; region: string; keyId: string; secret: string } | null;
  /** Proxies whose word on a request's address holds: addresses or networks. */
  trustedProxies: string[];
  /** Requests a minute in each process; 0: any number. */
  rates: { address: number; user: number; signIn: number };
  /** Without use for so long a session ends, and in any case after the second. */
  sessionTimes: { idleMs: number; longestMs: number };
  /** Opens /metrics to whoever holds it; null: to this machine only. */
  metricsToken: string | null;
  /** Is the interface described at /api/docs? */
  apiDocs: boolean;
  /** Addresses or networks that are not public and may be called all the same. */
  privateTargets: string[];
  logLevel: string;
}

/** One mistake in the environment. Never holds the value: it may be a secret. */
export interface SettingProblem {
  name: string;
  zh: string;
  en: string;
  remedy: { zh: string; en: string };
}

/** Every mistake of the environment at once. The cli and the api show it as `bad_input`. */
export class SettingsError extends Error {
  constructor(readonly problems: readonly SettingProblem[]) {
    super(problems.map(({ name, en }) => `${name} ${en}`).join('; '));
    this.name = 'SettingsError';
  }
}

type Environment = Readonly<Record<string, string | undefined>>;
interface NamedDeclaration extends SettingDeclaration {
  property: string;
}

const problemOf = (name: string, expected: { zh: string; en: string }, unit: string): SettingProblem => ({
  name,
  ...expected,
  remedy: {
    zh: `请修改环境变量 ${name}（${unit}），或删除它以使用默认值`,
    en: `Correct the variable ${name} (${unit}), or unset it to use the default`,
  },
});

/** Reads, converts and checks one class; mistakes go to `problems`. */
function load<T extends object>(type: new () => T, declared: readonly NamedDeclaration[], env: Environment, problems: SettingProblem[]): T {
  const plain = Object.fromEntries(declared.map((d) => [d.property, env[d.name]?.trim() || d.default]));
  const settings = plainToInstance(type, plain);
  for (const { property } of validateSync(settings)) {
    const { name, expected, unit } = declared.find((d) => d.property === property)!;
    problems.push(problemOf(name, expected, unit));
  }
  return settings;
}

const namedDeclarations = (type: { prototype: object }): NamedDeclaration[] =>
  [...settingsOf(type)].map(([property, declaration]) => ({ ...declaration, property }));

/** The declarations of one platform's app, with the names and the default host that are its own. */
export function platformDeclarations(app: PlatformApp): NamedDeclaration[] {
  const { prefix, id, secret, baseUrl } = PLATFORM_APPS[app];
  const own: Record<string, Partial<SettingDeclaration>> = {
    baseUrl: { name: `${prefix}_BASE_URL`, default: baseUrl },
    appId: { name: `${prefix}_${id}` },
    appSecret: { name: `${prefix}_${secret}` },
  };
  return namedDeclarations(PlatformSettings).map((declaration) => ({ ...declaration, ...own[declaration.property] }));
}

function loadPlatform(app: PlatformApp, env: Environment, problems: SettingProblem[]): PlatformSettings {
  const declared = platformDeclarations(app);
  const settings = load(PlatformSettings, declared, env, problems);
  const nameOf = (property: string) => declared.find((d) => d.property === property)!.name;
  for (const [missing, given] of [
    ['appId', 'appSecret'],
    ['appSecret', 'appId'],
  ] as const)
    if (!settings[missing] && settings[given])
      problems.push({
        name: nameOf(missing),
        zh: `未设置，但设置了 ${nameOf(given)}`,
        en: `is not set, but ${nameOf(given)} is`,
        remedy: {
          zh: `请同时设置 ${nameOf(missing)} 和 ${nameOf(given)}，或都不设置`,
          en: `Set ${nameOf(missing)} and ${nameOf(given)} together, or neither`,
        },
      });
  return { ...settings, baseUrl: settings.baseUrl.replace(/\/+$/, '') };
}

const listed = (text: string | null): string[] => (text === null ? [] : text.split(',').map((one) => one.trim()));

/** The company's sign-in is set up whole, or not at all. */
function oidcProblems({ issuer, clientId, clientSecret }: OidcSettings, publicUrl: string | null): SettingProblem[] {
  if (!issuer) return [];
  const needed = { OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret, VITRINE_PUBLIC_URL: publicUrl };
  return Object.entries(needed)
    .filter(([, value]) => !value)
    .map(([name]) => ({
      name,
      zh: '未设置，但设置了 OIDC_ISSUER',
      en: 'is not set, but OIDC_ISSUER is',
      remedy: { zh: `请设置 ${name}，或取消 OIDC_ISSUER`, en: `Set ${name}, or unset OIDC_ISSUER` },
    }));
}

/** A store of files needs an address and a key. */
function fileProblems({ url, keyId, secret }: FileSettings): SettingProblem[] {
  const given = { FILES_S3_URL: url, FILES_S3_KEY_ID: keyId, FILES_S3_SECRET: secret };
  if (Object.values(given).every((value) => !value)) return [];
  return Object.entries(given)
    .filter(([, value]) => !value)
    .map(([name]) => ({
      name,
      zh: '未设置，但设置了其他 FILES_S3_* 变量',
      en: 'is not set, but another of FILES_S3_* is',
      remedy: { zh: `请设置 ${name}，或取消全部 FILES_S3_*`, en: `Set ${name}, or unset all of FILES_S3_*` },
    }));
}

/**
 * Settings out of the environment; blank is unset. Throws SettingsError with every mistake at once: a wrong value, half of a credential, own
 * servers without VITRINE_SECRET.
 */
export function loadSettings(env: Environment = process.env): Settings {
  const problems: SettingProblem[] = [];
  const server = load(ServerSettings, namedDeclarations(ServerSettings), env, problems);
  const privacy = load(PrivacySettings, namedDeclarations(PrivacySettings), env, problems);
  const push = load(PushSettings, namedDeclarations(PushSettings), env, problems);
  const security = load(SecuritySettings, namedDeclarations(SecuritySettings), env, problems);
  const oidc = load(OidcSettings, namedDeclarations(OidcSettings), env, problems);
  problems.push(...oidcProblems(oidc, server.publicUrl));
  const files = load(FileSettings, namedDeclarations(FileSettings), env, problems);
  problems.push(...fileProblems(files));
  const platform = (app: PlatformApp) => loadPlatform(app, env, problems);
  const platforms = { douyin: platform('douyin'), kuaishou: platform('kuaishou'), channels: platform('channels') };
  const advertising = { oceanengine: platform('oceanengine'), magnetic: platform('magnetic'), tencentads: platform('tencentads') };
  if ((server.clickhouseUrl || server.databaseUrl) && !server.secret)
    problems.push({
      name: 'VITRINE_SECRET',
      zh: '未设置；使用自有服务器（CLICKHOUSE_URL 或 DATABASE_URL）时必须设置',
      en: 'is not set; it is required with servers of your own (CLICKHOUSE_URL or DATABASE_URL)',
      remedy: {
        zh: '请设置至少 32 个字符的 VITRINE_SECRET（例如 openssl rand -base64 32），并妥善保存：所有进程必须相同',
        en: 'Set VITRINE_SECRET to at least 32 characters (for example from openssl rand -base64 32) and keep it: every process needs the same',
      },
    });
  if (problems.length) throw new SettingsError(problems);
  const publicUrl = server.publicUrl?.replace(/\/+$/, '') ?? null;
  return {
    ...server,
    publicUrl,
    dataDir: path.resolve(server.dataDir),
    retention: retentionOf(privacy.retention),
    revealsPerDay: privacy.revealsPerDay,
    platforms,
    advertising,
    push,
    oidc,
    fileStore:
      files.url && files.keyId && files.secret ? { url: files.url, region: files.region, keyId: files.keyId, secret: files.secret } : null,
    trustedProxies: listed(security.trustedProxies),
    rates: { address: security.rateAddress, user: security.rateUser, signIn: security.rateSignIn },
    sessionTimes: { idleMs: security.sessionIdleMinutes * 60_000, longestMs: security.sessionHours * 3_600_000 },
    metricsToken: security.metricsToken,
    apiDocs: security.apiDocs === 'on',
    privateTargets: listed(security.privateTargets),
  };
}
