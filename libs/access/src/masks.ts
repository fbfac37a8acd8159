import type { Actor, Standing } from '@app/contracts';
import type { BrandScope } from './row-grants';

/** What of a member of staff is masked. */
export type StaffField = 'name' | 'phone' | 'text' | 'mail';

/** Who sees names of staff whole without asking: who runs the brand, and (own rows only, as everywhere) the people who work with them. */
const SEES_NAMES: ReadonlySet<Standing> = new Set(['operator', 'brand-admin', 'dealer', 'dealer-group', 'host']);

/** Who invites people by their mail address. */
const SEES_MAILS: ReadonlySet<Standing> = new Set(['operator', 'brand-admin']);

/** May a role see a field whole? A phone number nobody but the operator; everybody else asks for it, with a reason. */
export const seesWhole = (role: Standing, field: StaffField): boolean =>
  role === 'operator' || (field === 'name' && SEES_NAMES.has(role)) || (field === 'mail' && SEES_MAILS.has(role));

/** `13812345678` → `138****5678`; any other number keeps its last four digits at most. */
export function maskedPhone(phone: string): string {
  const digits = phone.replace(/\D/g, '');
  const mobile = /^(?:0?086|86)?(1[3-9]\d{9})$/.exec(digits)?.[1];
  if (mobile) return `${mobile.slice(0, 3)}****${mobile.slice(-4)}`;
  return digits.length > 7 ? `****${digits.slice(-4)}` : '****';
}

/** `张三丰` → `张**`, `Anna` → `A***`: the first sign, and no more than three stars, so that the length says little. */
export function maskedName(name: string): string {
  const [first] = [...name.trim()];
  return first === undefined ? '' : `${first}${'*'.repeat(Math.min(3, Math.max(1, [...name.trim()].length - 1)))}`;
}

/** Signs that separate the digits of a number: blanks of all kinds, hyphens, dots, brackets. */
const BETWEEN = '[\\s\\u00a0\\-\\u2010-\\u2015.·()（）]{0,2}';
const MOBILE = new RegExp(`(?<!\\d)(?:(?:\\+|00)?86${BETWEEN})?1${BETWEEN}[3-9](?:${BETWEEN}\\d){9}(?!\\d)`, 'gu');
const LANDLINE = new RegExp(`(?<!\\d)(?:0\\d{2,3}${BETWEEN}\\d{7,8}|[48]00${BETWEEN}\\d{3,4}${BETWEEN}\\d{3,4})(?!\\d)`, 'gu');
const IDENTITY = /(?<!\d)\d{17}[\dXx](?!\w)/g;
const MAIL = /[\w.+-]+@[\w-]+(\.[\w-]+)+/g;
const HALF = /[０-９＋]/g;

/** A text with every phone number, identity number and mail address in it masked, full-width digits too; the rest stays as it is. */
export function maskedText(text: string): string {
  return text
    .replace(HALF, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(IDENTITY, (number) => `${number.slice(0, 3)}***********${number.slice(-4)}`)
    .replace(MOBILE, maskedPhone)
    .replace(LANDLINE, maskedPhone)
    .replace(MAIL, maskedMail);
}

const maskedMail = (mail: string): string => `${mail[0]}***${mail.slice(mail.indexOf('@'))}`;

const MASKS: Readonly<Record<StaffField, (value: string) => string>> = {
  name: maskedName,
  phone: maskedPhone,
  text: maskedText,
  mail: (text) => text.replace(MAIL, maskedMail),
};

/** A value as a role may see it. */
export function shownTo(role: Standing, field: StaffField, value: string): { value: string; masked: boolean } {
  if (seesWhole(role, field)) return { value, masked: false };
  const shown = MASKS[field](value);
  return { value: shown, masked: shown !== value };
}

/** Every text inside a value, as a role may see it; keys and numbers stay. */
export function shownWithin(role: Standing, field: StaffField, value: unknown): unknown {
  if (typeof value === 'string') return shownTo(role, field, value).value;
  if (Array.isArray(value)) return value.map((one) => shownWithin(role, field, one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shownWithin(role, field, one)]));
}

/** Who decided something, as it is told: to whoever sees a part of the brand without the name and what would lead to it. */
export const toldActor = (actor: Actor, scope: BrandScope): Actor =>
  scope === 'all' || actor.kind !== 'user' ? actor : { kind: actor.kind, id: '', name: maskedName(actor.name) };
