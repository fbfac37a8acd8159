import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { Setting } from './setting';

const MOST = 1_000_000;
const RATE = { zh: `应为 0 到 ${MOST} 之间的整数`, en: `must be a whole number from 0 to ${MOST}` };
const NETWORKS = /^[0-9A-Fa-f:.]+(\/\d{1,3})?(\s*,\s*[0-9A-Fa-f:.]+(\/\d{1,3})?)*$/;
const NETWORKS_TOLD = { zh: '应为用逗号分隔的 IP 地址或网段', en: 'must be IP addresses or networks with commas between' };

const SWITCH = ['on', 'off'] as const;

/** What keeps strangers and floods off. */
export class SecuritySettings {
  @Setting({
    name: 'VITRINE_TRUSTED_PROXIES',
    unit: 'IP addresses or networks with commas: 127.0.0.1, 10.0.0.0/8',
    default: null,
    whenUnset: 'nobody: the address of a request is that of its connection',
    purpose: 'Proxies whose X-Forwarded-For and X-Forwarded-Proto hold. Set it behind a proxy: rates and the audit log go by the address.',
    expected: NETWORKS_TOLD,
  })
  @IsOptional()
  @Matches(NETWORKS)
  trustedProxies: string | null;

  @Setting({
    name: 'VITRINE_RATE_ADDRESS',
    unit: 'requests a minute, 0–1000000 (0: any number)',
    default: '1200',
    purpose: 'Requests that one address may send to the HTTP interface, in each process; what is more is answered 429.',
    expected: RATE,
  })
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(MOST)
  rateAddress: number;

  @Setting({
    name: 'VITRINE_RATE_USER',
    unit: 'requests a minute, 0–1000000 (0: any number)',
    default: '600',
    purpose: 'The same for one user, or one key.',
    expected: RATE,
  })
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(MOST)
  rateUser: number;

  @Setting({
    name: 'VITRINE_RATE_SIGN_IN',
    unit: 'requests a minute, 0–1000000 (0: any number)',
    default: '60',
    purpose: 'The same for one address at /api/v1/auth.',
    expected: RATE,
  })
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(MOST)
  rateSignIn: number;

  @Setting({
    name: 'VITRINE_SESSION_IDLE_MINUTES',
    unit: 'minutes, 15–43200',
    default: '1440',
    purpose: 'Without being used for so long a sign-in ends. ASVS level 2 asks for 30.',
    expected: { zh: '应为 15 到 43200 之间的整数', en: 'must be a whole number from 15 to 43200' },
  })
  @Type(() => Number)
  @IsInt()
  @Min(15)
  @Max(43_200)
  sessionIdleMinutes: number;

  @Setting({
    name: 'VITRINE_SESSION_HOURS',
    unit: 'hours, 1–720',
    default: '168',
    purpose: 'However it is used, a sign-in ends after so long. ASVS level 2 asks for 12.',
    expected: { zh: '应为 1 到 720 之间的整数', en: 'must be a whole number from 1 to 720' },
  })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(720)
  sessionHours: number;

  @Setting({
    name: 'VITRINE_METRICS_TOKEN',
    unit: 'text of 16–200 letters, digits and - _ . ~ + / =',
    default: null,
    whenUnset: 'only this machine reads /metrics; what a proxy passes on is refused',
    purpose: 'Token with which /metrics is read, from anywhere: Authorization: Bearer <token>.',
    expected: { zh: '应为 16 到 200 个字母、数字或 -_.~+/=', en: 'must have 16 to 200 letters, digits or -_.~+/=' },
  })
  @IsOptional()
  @Matches(/^[\w.~+/=-]{16,200}$/)
  metricsToken: string | null;

  @Setting({
    name: 'VITRINE_API_DOCS',
    unit: SWITCH.join(' | '),
    default: 'on',
    purpose: 'Whether /api/docs describes the HTTP interface, to anybody. It holds no data of a brand.',
    expected: { zh: '应为 on 或 off', en: 'must be on or off' },
  })
  @IsIn([...SWITCH])
  apiDocs: (typeof SWITCH)[number];

  @Setting({
    name: 'VITRINE_PRIVATE_TARGETS',
    unit: 'IP addresses or networks with commas: 10.1.2.0/24',
    default: null,
    whenUnset: 'none',
    purpose:
      'Addresses that are not public and may be called all the same, when the name of a server outside leads there (an identity provider in the own network).',
    expected: NETWORKS_TOLD,
  })
  @IsOptional()
  @Matches(NETWORKS)
  privateTargets: string | null;
}
