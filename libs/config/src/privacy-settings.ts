import { Type } from 'class-transformer';
import { IsInt, Matches, Max, Min } from 'class-validator';
import { Setting } from './setting';

/** Months for which rows are kept after the month in which they lie; null: for ever. What is not here is kept for ever (docs/privacy.md). */
export type RetentionMonths = Record<'entries' | 'comments' | 'dead-letters' | 'sentinel-proposals' | 'reveals' | 'rejects', number | null>;

const DEFAULTS: RetentionMonths = { entries: 36, comments: 13, 'dead-letters': 6, 'sentinel-proposals': 24, reveals: 36, rejects: 3 };
const NAMES = Object.keys(DEFAULTS).join('|');
const DEFAULT = Object.entries(DEFAULTS)
  .map(([table, months]) => `${table}=${months}`)
  .join(' ');

/** How long what concerns persons is kept, and how often masked names are shown. */
export class PrivacySettings {
  @Setting({
    name: 'VITRINE_RETENTION',
    unit: `months per table, ${NAMES}=3–600 or forever, separated by blanks`,
    default: DEFAULT,
    purpose:
      'How long rows are kept after their month; tables that are not named keep the default. Entries go only when their month is closed.',
    expected: {
      zh: `应为 ${NAMES}=月数（3 到 600 或 forever），以空格分隔`,
      en: `must read ${NAMES}=months (3 to 600, or forever), separated by blanks`,
    },
  })
  @Matches(new RegExp(`^(${NAMES})=(forever|[3-9]|[1-9]\\d|[1-5]\\d\\d|600)( +(${NAMES})=(forever|[3-9]|[1-9]\\d|[1-5]\\d\\d|600))*$`))
  retention: string;

  @Setting({
    name: 'VITRINE_REVEALS_PER_DAY',
    unit: 'per user and business day, 0–10000',
    default: '20',
    purpose: 'How many masked names of staff a user may have shown in a day; each with a reason, in the audit log.',
    expected: { zh: '应为 0 到 10000 之间的整数', en: 'must be a whole number from 0 to 10000' },
  })
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(10_000)
  revealsPerDay: number;
}

/** The months of a text that was checked; what it does not name keeps its default. */
export function retentionOf(text: string): RetentionMonths {
  const given = text
    .trim()
    .split(/ +/)
    .map((part) => part.split('='));
  return { ...DEFAULTS, ...Object.fromEntries(given.map(([table, months]) => [table, months === 'forever' ? null : Number(months)])) };
}
