import { IsOptional, IsUrl, Matches } from 'class-validator';
import { Setting } from './setting';

const PRINTABLE = /^[\x21-\x7e]+$/;

/** One app at one platform. Credentials are null until somebody registers an app there. */
export class PlatformSettings {
  @Setting({
    name: 'BASE_URL',
    unit: 'URL',
    default: null,
    purpose: 'Server to call; any that speaks the wire format can stand in.',
    expected: { zh: '应为 http(s) 地址', en: 'must be an http(s) address' },
  })
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  baseUrl: string;

  @Setting({
    name: 'APP_ID',
    unit: 'text',
    default: null,
    whenUnset: 'the platform is not collected',
    purpose: 'Id of the app.',
    expected: { zh: '不能含空格或非 ASCII 字符', en: 'must not hold blanks or characters beyond ASCII' },
  })
  @IsOptional()
  @Matches(PRINTABLE)
  appId: string | null;

  @Setting({
    name: 'APP_SECRET',
    unit: 'text',
    default: null,
    whenUnset: 'the platform is not collected',
    purpose: 'Secret of the app.',
    expected: { zh: '不能含空格或非 ASCII 字符', en: 'must not hold blanks or characters beyond ASCII' },
  })
  @IsOptional()
  @Matches(PRINTABLE)
  appSecret: string | null;
}

/** Prefix, names of the credentials and real host of each app, by the name that the code uses. */
export const PLATFORM_APPS = {
  douyin: {
    title: 'Douyin open platform',
    prefix: 'DOUYIN',
    id: 'CLIENT_KEY',
    secret: 'CLIENT_SECRET',
    baseUrl: 'https://open.douyin.com',
  },
  kuaishou: {
    title: 'Kuaishou open platform',
    prefix: 'KUAISHOU',
    id: 'APP_ID',
    secret: 'APP_SECRET',
    baseUrl: 'https://open.kuaishou.com',
  },
  channels: { title: 'WeChat Channels', prefix: 'CHANNELS', id: 'APP_ID', secret: 'APP_SECRET', baseUrl: 'https://api.weixin.qq.com' },
  oceanengine: {
    title: 'Ocean Engine (advertising on Douyin)',
    prefix: 'OCEANENGINE',
    id: 'APP_ID',
    secret: 'APP_SECRET',
    baseUrl: 'https://api.oceanengine.com',
  },
  magnetic: {
    title: 'Magnetic Engine (advertising on Kuaishou)',
    prefix: 'MAGNETIC',
    id: 'APP_ID',
    secret: 'APP_SECRET',
    baseUrl: 'https://ad.e.kuaishou.com',
  },
  tencentads: {
    title: 'Tencent Ads (advertising on Channels)',
    prefix: 'TENCENTADS',
    id: 'APP_ID',
    secret: 'APP_SECRET',
    baseUrl: 'https://api.e.qq.com',
  },
} as const;
export type PlatformApp = keyof typeof PLATFORM_APPS;

/** Names of the platforms' own servers. */
export const platformHosts = (): string[] => Object.values(PLATFORM_APPS).map(({ baseUrl }) => new URL(baseUrl).hostname);
