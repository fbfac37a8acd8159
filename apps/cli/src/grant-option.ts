import { PLATFORMS, VitrineError, type Grant, type Platform } from '@app/contracts';

/** Rows of the command line: `brand`, `region=华东/上海`, `group=…`, `dealer=D01`, `account=douyin/007`. Throws bad_input. */
export function parseGrant(text: string, keyOf: (platform: Platform, accountId: string) => string): Grant {
  if (text === 'brand') return { kind: 'brand' };
  const [, kind, value] = /^(region|group|dealer|account)=(.+)$/s.exec(text) ?? [];
  if (kind === 'region' && value) return { kind: 'region', path: value, from: 0, to: null };
  if (kind === 'group' && value) return { kind: 'dealer-group', name: value };
  if (kind === 'dealer' && value) return { kind: 'dealer', dealerId: value };
  const platform = kind === 'account' ? PLATFORMS.find((known) => value?.startsWith(`${known}/`)) : undefined;
  if (platform && value && value.length > platform.length + 1)
    return { kind: 'account', accountKey: keyOf(platform, value.slice(platform.length + 1)) };
  const en = 'Write rows as brand, region=华东/上海, group=…, dealer=D01 or account=douyin/0012345678.';
  throw new VitrineError(
    'bad_input',
    { en, zh: '范围请写成 brand、region=华东/上海、group=…、dealer=D01 或 account=douyin/0012345678。' },
    { details: [{ field: 'grant', message: en }] },
  );
}
