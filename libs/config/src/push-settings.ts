import { IsOptional, Matches } from 'class-validator';
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
}
