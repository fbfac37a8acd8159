import type { Bilingual, RankingRow, ShowroomRow, ValueRow } from '@app/contracts';

/** What a person can do about something unknown: a word of the page and the command line behind it. */
interface Remedy {
  word: 'viewers' | 'prices' | 'sessions' | 'followers' | 'costs';
  command: string;
}
export interface Unknown {
  /** Fields that are unknown for this one reason. */
  fields: string[];
  reason: Bilingual;
  remedy: Remedy | null;
  /** Accounts that the reason is about as well; empty when it is about the subject alone. */
  accounts: string[];
}

const command = (kind: string) => `npm run -s vitrine -- import ${kind} FILE`;
const REMEDIES: Record<Remedy['word'], Remedy> = {
  viewers: { word: 'viewers', command: command('entries') },
  prices: { word: 'prices', command: command('rate-cards') },
  sessions: { word: 'sessions', command: command('sessions') },
  followers: { word: 'followers', command: command('followers') },
  costs: { word: 'costs', command: command('costs') },
};
const FIELD_REMEDY: Record<string, Remedy['word']> = {
  viewers: 'viewers',
  visits: 'viewers',
  showroomVisitors: 'viewers',
  showroomVisitorsLow: 'viewers',
  showroomVisitorsHigh: 'sessions',
  consecutiveVisitors: 'viewers',
  rollingShowroomVisitors: 'viewers',
  showroomVisitorsOn2Days: 'viewers',
  grabbers: 'viewers',
  loyalShare: 'viewers',
  dwellRatio: 'viewers',
  meanDwellShowroom: 'viewers',
  meanDwellOthers: 'viewers',
  identifiability: 'viewers',
  valueCny: 'prices',
  grossCny: 'prices',
  excludedCny: 'prices',
  trailingValueCny: 'prices',
  costCny: 'costs',
  costPerViewCny: 'costs',
  passLine: 'costs',
  roiValue: 'costs',
  roiCpa: 'costs',
  'part.showroom': 'viewers',
  'part.loyalty': 'viewers',
  'part.value': 'sessions',
  'part.engagement': 'sessions',
  'part.cadence': 'sessions',
  'part.growth': 'followers',
  coverage: 'sessions',
};

interface Sources {
  showroom?: ShowroomRow | null;
  value?: ValueRow | null;
  ranking?: RankingRow | null;
  /** The subject's accounts, where it has any of its own. */
  accounts?: RankingRow[];
}

/** What of a subject's month is unknown, one entry per reason, with what to do about it. */
export function unknownsOf({ showroom, value, ranking, accounts = [] }: Sources): Unknown[] {
  const found = new Map<string, Unknown>();
  const note = (field: string, reason: Bilingual | null | undefined, account?: string) => {
    if (!reason) return;
    const key = reason.en;
    const remedy = FIELD_REMEDY[field] ? REMEDIES[FIELD_REMEDY[field]] : null;
    const entry = found.get(key) ?? { fields: [], reason, remedy, accounts: [] };
    if (!entry.fields.includes(field)) entry.fields.push(field);
    if (account !== undefined && !entry.accounts.includes(account)) entry.accounts.push(account);
    entry.remedy ??= remedy;
    found.set(key, entry);
  };
  for (const row of [showroom, value]) for (const [field, reason] of Object.entries(row?.reasons ?? {})) note(field, reason);
  for (const part of ranking?.parts ?? []) {
    // a known part can carry a remark as well
    if (part.percentile === null) note(`part.${part.metric}`, part.reason);
  }
  for (const account of accounts)
    for (const field of ['showroomVisitors', 'valueCny'] as const)
      if (account[field] === null) note(field, account.reasons[field], account.name);
  // without viewers there is nothing to identify: one reason says it all
  const list = [...found.values()];
  const blind = showroom?.reasons.viewers && list.some((entry) => entry.fields.includes('viewers'));
  return blind ? list.filter((entry) => entry.fields.join() !== 'identifiability') : list;
}
