import { IsOptional, IsUrl, Matches } from 'class-validator';
import { Setting } from './setting';

const PRINTABLE = /^[\x21-\x7e]+$/;
const WHEN_UNSET = 'such pushes are refused';

/** What pushes of platforms are checked with, beside the secrets of the apps. */
export class PushSettings {
  @Setting({
    name: 'CHANNELS_PUSH_TOKEN',
    unit: 'text',
    default: null,
    whenUnset: WHEN_UNSET,
    purpose: 'Token of the message push, as entered in the WeChat console (for pushes to /api/v1/webhooks/channels).',
    expected: { zh: '不能含空格或非 ASCII 字符', en: 'must not hold blanks or characters beyond ASCII' },
  })
  @IsOptional()
  @Matches(PRINTABLE)
  channelsToken: string | null;

  @Setting({
    name: 'CHANNELS_PUSH_AES_KEY',
    unit: '43 letters and digits',
    default: null,
    whenUnset: WHEN_UNSET,
    purpose: 'EncodingAESKey of the message push, as entered in the WeChat console.',
    expected: { zh: '应为 43 个字母或数字', en: 'must be 43 letters or digits' },
  })
  @IsOptional()
  @Matches(/^[A-Za-z0-9]{43}$/)
  channelsAesKey: string | null;

  @Setting({
    name: 'DOUYIN_LIVE_SECRETS',
    unit: 'one secret, or type=secret pairs with commas: live_comment=…,live_gift=…',
    default: null,
    whenUnset: WHEN_UNSET,
    purpose: 'Secrets of live play pushes (for pushes to /api/v1/webhooks/douyin-live); the console has one per message type.',
    expected: { zh: '不能含空格或非 ASCII 字符', en: 'must not hold blanks or characters beyond ASCII' },
  })
  @IsOptional()
  @Matches(PRINTABLE)
  douyinLiveSecrets: string | null;

  @Setting({
    name: 'DOUYIN_LIVE_APP_ID',
    unit: 'text',
    default: null,
    whenUnset: 'live pushes are not started from here',
    purpose: 'Id of the mini app whose live play is mounted in the rooms (vitrine live-play).',
    expected: { zh: '不能含空格或非 ASCII 字符', en: 'must not hold blanks or characters beyond ASCII' },
  })
  @IsOptional()
  @Matches(PRINTABLE)
  douyinLiveAppId: string | null;

  @Setting({
    name: 'DOUYIN_LIVE_APP_SECRET',
    unit: 'text',
    default: null,
    whenUnset: 'live pushes are not started from here',
    purpose: 'Secret of that mini app.',
    expected: { zh: '不能含空格或非 ASCII 字符', en: 'must not hold blanks or characters beyond ASCII' },
  })
  @IsOptional()
  @Matches(PRINTABLE)
  douyinLiveAppSecret: string | null;

  @Setting({
    name: 'DOUYIN_LIVE_BASE_URL',
    unit: 'URL',
    default: 'https://webcast.bytedance.com',
    purpose: 'Server of the live play; any that speaks the wire format can stand in.',
    expected: { zh: '应为 http(s) 地址', en: 'must be an http(s) address' },
  })
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  douyinLiveBaseUrl: string;

  @Setting({
    name: 'DOUYIN_MINI_APP_BASE_URL',
    unit: 'URL',
    default: 'https://developer.toutiao.com',
    purpose: 'Server that gives tokens of mini apps; any that speaks the wire format can stand in.',
    expected: { zh: '应为 http(s) 地址', en: 'must be an http(s) address' },
  })
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  douyinMiniAppBaseUrl: string;
}
