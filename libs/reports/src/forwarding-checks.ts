import { Bilingual, Forwarder, PLATFORMS, VitrineError } from '@app/contracts';

/** What is given for a proof; instants epoch ms. */
export interface ProofGiven {
  forwardedAt: number;
  link?: string | null;
  textReference?: string | null;
  joins?: number | null;
  joinUsers?: number | null;
  joinSource?: string | null;
}

export type CheckedProof = {
  [Field in keyof Required<ProofGiven>]: Field extends 'forwardedAt' ? number : Exclude<ProofGiven[Field], undefined>;
};

/** So much may a clock be ahead (domain.md 2.2). */
const AHEAD_MS = 600_000;
const PHONE = /(^|\D)1[3-9]\d{9}(\D|$)/;

const bad = (field: string, text: Bilingual, remedy: Bilingual): VitrineError =>
  new VitrineError('bad_input', text, { remedy, details: [{ field, message: text.en, remedy: remedy.en }] });

/** `douyin/0012` is an account, `staff:D001/E17` a member of a dealer's staff by the dealer's own number. Throws bad_input. */
export function forwarderOf(text: string): Forwarder {
  const staff = /^staff:([^/]+)\/(.+)$/.exec(text);
  if (staff) return { kind: 'staff', dealerId: staff[1], staffId: checkedStaff(staff[2]) };
  const [name, ...rest] = text.split('/');
  const platform = PLATFORMS.find((known) => known === name);
  if (platform && rest.join('/') !== '') return { kind: 'account', platform, accountId: rest.join('/') };
  throw bad(
    'forwarder',
    { zh: '无法识别的转发人', en: 'This names no forwarder' },
    { zh: '请写成 douyin/账号ID，或 staff:经销商编码/工号', en: 'Write douyin/<account id>, or staff:<dealer id>/<staff number>' },
  );
}

/** The dealer's own number of a member of staff; a telephone number is personal and refused. */
export function checkedStaff(staffId: string): string {
  if (/^[\p{L}\p{N}._-]{1,64}$/u.test(staffId) && !PHONE.test(staffId)) return staffId;
  throw bad(
    'staffId',
    { zh: '工号无效', en: 'This is no staff number' },
    {
      zh: '请填写经销商内部工号（字母、数字、. _ -，不得为手机号）',
      en: 'Give the dealer’s own number: letters, digits, . _ -, never a telephone number',
    },
  );
}

/** A text of people's own, short and without a telephone number. */
export function checkedText(field: string, text: string | null | undefined, longest = 200): string | null {
  const trimmed = text?.trim();
  if (!trimmed) return null;
  if (trimmed.length <= longest && !PHONE.test(trimmed)) return trimmed;
  throw bad(
    field,
    { zh: `${field} 过长或含手机号`, en: `${field} is too long or holds a telephone number` },
    { zh: `最长 ${longest} 个字符，不得包含手机号`, en: `At most ${longest} characters, and no telephone number` },
  );
}

/** A proof says where or in what it shows, is not of the future, and names the source of its joins. Throws bad_input. */
export function checkedProof(given: ProofGiven, now: number): CheckedProof {
  const link = given.link?.trim() ? checkedLink(given.link.trim()) : null;
  const textReference = checkedText('textReference', given.textReference);
  if (link === null && textReference === null)
    throw bad(
      'link',
      { zh: '缺少转发凭证', en: 'The proof shows nothing' },
      { zh: '请给出转发链接，或截图/文字的编号', en: 'Give the link of the forward, or a reference of its screenshot or text' },
    );
  if (!Number.isFinite(given.forwardedAt) || given.forwardedAt > now + AHEAD_MS)
    throw bad(
      'forwardedAt',
      { zh: '转发时间晚于现在', en: 'The forward lies in the future' },
      { zh: '请核对转发时间与时区', en: 'Check the instant and its zone' },
    );
  return { forwardedAt: given.forwardedAt, link, textReference, ...checkedJoins(given) };
}

function checkedJoins(given: ProofGiven): Pick<CheckedProof, 'joins' | 'joinUsers' | 'joinSource'> {
  const joins = given.joins ?? null;
  const joinUsers = given.joinUsers ?? null;
  const joinSource = checkedText('joinSource', given.joinSource);
  for (const [field, count] of [
    ['joins', joins],
    ['joinUsers', joinUsers],
  ] as const)
    if (count !== null && (!Number.isSafeInteger(count) || count < 0))
      throw bad(field, { zh: `${field} 应为非负整数`, en: `${field} must be a whole number` }, { zh: '请更正', en: 'Correct it' });
  if (joins !== null && joinUsers !== null && joinUsers > joins)
    throw bad(
      'joinUsers',
      { zh: '进房人数多于进房人次', en: 'More persons than joins' },
      { zh: 'joins 为人次，joinUsers 为人数', en: 'joins counts entries, joinUsers the persons behind them' },
    );
  if ((joins !== null || joinUsers !== null) && joinSource === null)
    throw bad(
      'joinSource',
      { zh: '进房数缺少来源', en: 'The joins name no source' },
      { zh: '请注明来源，例如 channels-assistant', en: 'Say where they come from, such as channels-assistant' },
    );
  return { joins, joinUsers, joinSource: joins === null && joinUsers === null ? null : joinSource };
}

function checkedLink(link: string): string {
  const url = URL.canParse(link) ? new URL(link) : null;
  if (url && (url.protocol === 'https:' || url.protocol === 'http:') && link.length <= 2000 && url.username === '') return link;
  throw bad(
    'link',
    { zh: '链接无效', en: 'This is no link' },
    { zh: '请填写以 https:// 开头的链接', en: 'Give a link that begins with https://' },
  );
}
