import { Type } from 'class-transformer';
import { IsIP, IsIn, IsInt, IsNumber, IsOptional, IsUrl, Matches, Max, Min, MinLength } from 'class-validator';
import { Setting } from './setting';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** Where the product keeps its data, which servers it uses, where it listens. */
export class ServerSettings {
  @Setting({
    name: 'VITRINE_DATA',
    unit: 'path of a folder',
    default: './data',
    purpose: 'Folder of the embedded servers and of everything that they keep.',
    expected: { zh: '应为一个文件夹路径', en: 'must be the path of a folder' },
  })
  @Matches(/^[^\0\n]+$/)
  dataDir: string;

  @Setting({
    name: 'VITRINE_SPILL_MB',
    unit: 'megabytes, 0–1000000',
    default: '512',
    purpose:
      'Most that may wait on disk (VITRINE_DATA/spill) while ClickHouse does not answer; what does not fit is refused. 0: nothing waits.',
    expected: { zh: '应为 0 到 1000000 之间的整数', en: 'must be a whole number from 0 to 1000000' },
  })
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  spillMb: number;

  @Setting({
    name: 'PORT',
    unit: 'TCP port, 0–65535 (0: any free one)',
    default: null,
    whenUnset: '3000, or the next free port',
    purpose: 'Port of the page and the HTTP interface.',
    expected: { zh: '应为 0 到 65535 之间的整数', en: 'must be a whole number from 0 to 65535' },
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65_535)
  port: number | null;

  @Setting({
    name: 'HOST',
    unit: 'address of a network interface',
    default: '127.0.0.1',
    purpose:
      'Where the page and the HTTP interface listen. There is no sign-in yet: other than loopback only behind something that has one.',
    expected: { zh: '应为 IP 地址', en: 'must be an IP address' },
  })
  @IsIP()
  host: string;

  @Setting({
    name: 'CLICKHOUSE_URL',
    unit: 'URL, http(s)://user:password@host:8123/database',
    default: null,
    whenUnset: 'the embedded server of VITRINE_DATA',
    purpose: 'ClickHouse server for the facts.',
    expected: {
      zh: '应为 http(s)://用户:密码@主机:8123/数据库 形式的地址',
      en: 'must be an address of the form http(s)://user:password@host:8123/database',
    },
  })
  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  clickhouseUrl: string | null;

  @Setting({
    name: 'CLICKHOUSE_CLUSTER',
    unit: 'name of a cluster',
    default: null,
    whenUnset: 'a single server',
    purpose: 'Cluster on which tables are replicated and sharded.',
    expected: { zh: '只能含字母、数字、下划线和连字符', en: 'may hold letters, digits, underscore and hyphen only' },
  })
  @IsOptional()
  @Matches(/^[A-Za-z0-9_-]+$/)
  clickhouseCluster: string | null;

  @Setting({
    name: 'DATABASE_URL',
    unit: 'URL, postgres://user:password@host:5432/database',
    default: null,
    whenUnset: 'the embedded server of VITRINE_DATA',
    purpose: 'PostgreSQL server (15 or later) for the state.',
    expected: {
      zh: '应为 postgres://用户:密码@主机:5432/数据库 形式的地址',
      en: 'must be an address of the form postgres://user:password@host:5432/database',
    },
  })
  @IsOptional()
  @Matches(/^postgres(ql)?:\/\/\S+$/)
  databaseUrl: string | null;

  @Setting({
    name: 'REDIS_URL',
    unit: 'URL, redis(s)://user:password@host:6379/0',
    default: null,
    whenUnset: 'jobs are kept in PostgreSQL',
    purpose: 'Redis server for the jobs.',
    expected: { zh: '应为 redis(s)://主机:6379 形式的地址', en: 'must be an address of the form redis(s)://host:6379' },
  })
  @IsOptional()
  @Matches(/^rediss?:\/\/\S+$/)
  redisUrl: string | null;

  @Setting({
    name: 'VITRINE_SECRET',
    unit: 'text of at least 32 characters',
    default: null,
    whenUnset: 'generated and stored in VITRINE_DATA (embedded servers only; with own servers it is required)',
    purpose: 'Keys of tokens, viewer hashing and credential encryption are derived from it. Losing it loses these. Keep a copy.',
    expected: { zh: '至少应有 32 个字符', en: 'must have at least 32 characters' },
  })
  @IsOptional()
  @MinLength(32)
  secret: string | null;

  @Setting({
    name: 'VITRINE_SECRET_PREVIOUS',
    unit: 'text of at least 32 characters',
    default: null,
    whenUnset: 'not needed',
    purpose: 'The former VITRINE_SECRET, only for `vitrine secret rotate`; unset it afterwards.',
    expected: { zh: '至少应有 32 个字符', en: 'must have at least 32 characters' },
  })
  @IsOptional()
  @MinLength(32)
  secretPrevious: string | null;

  @Setting({
    name: 'VITRINE_PUBLIC_URL',
    unit: 'URL, https://host or https://host/path',
    default: null,
    whenUnset: 'whoever authorises pastes the address that the platform sent them to',
    purpose:
      'Address under which platforms reach /api/v1/connections/<product>/callback and /api/v1/webhooks/<channel>; nothing else must be public.',
    expected: { zh: '应为 http(s) 地址', en: 'must be an http(s) address' },
  })
  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  publicUrl: string | null;

  @Setting({
    name: 'VITRINE_LIMIT_SCALE',
    unit: 'factor, 0.01–1000',
    default: '1',
    purpose: 'Factor for all limits of platforms, published ones too: other than 1 only against servers that stand in for them.',
    expected: { zh: '应为 0.01 到 1000 之间的数', en: 'must be a number from 0.01 to 1000' },
  })
  @Type(() => Number)
  @IsNumber()
  @Min(0.01)
  @Max(1000)
  limitScale: number;

  @Setting({
    name: 'VITRINE_APP_RATE',
    unit: 'calls per second, 0.1–10000',
    default: '50',
    purpose: 'Calls per second of one app at a platform that publishes no limit; halves by itself when the platform complains.',
    expected: { zh: '应为 0.1 到 10000 之间的数', en: 'must be a number from 0.1 to 10000' },
  })
  @Type(() => Number)
  @IsNumber()
  @Min(0.1)
  @Max(10000)
  appRate: number;

  @Setting({
    name: 'VITRINE_CREDENTIAL_RATE',
    unit: 'calls per second, 0.1–10000',
    default: '10',
    purpose: 'The same for one authorisation.',
    expected: { zh: '应为 0.1 到 10000 之间的数', en: 'must be a number from 0.1 to 10000' },
  })
  @Type(() => Number)
  @IsNumber()
  @Min(0.1)
  @Max(10000)
  credentialRate: number;

  @Setting({
    name: 'VITRINE_LANDING_DAYS',
    unit: 'days, 62 or more',
    default: null,
    whenUnset: 'for ever',
    purpose:
      'How long every delivery of a fact is kept as it came. Older ones keep the last delivery of each fact only; reports as of an older instant are refused.',
    expected: { zh: '应为不小于 62 的整数', en: 'must be a whole number of 62 or more' },
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(62)
  @Max(36_500)
  landingDays: number | null;

  @Setting({
    name: 'LOG_LEVEL',
    unit: LOG_LEVELS.join(' | '),
    default: 'info',
    purpose: 'Least severe message that is logged (to stderr).',
    expected: { zh: `应为 ${LOG_LEVELS.join('、')} 之一`, en: `must be one of ${LOG_LEVELS.join(', ')}` },
  })
  @IsIn(LOG_LEVELS)
  logLevel: string;
}
