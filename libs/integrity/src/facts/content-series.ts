import { dayStart } from '@app/contracts';
import { explainedBy } from '../calibration/declared';
import type { Series } from '../calibration/drift';
import { sizeClassOf } from '../calibration/room-size';
import { median } from '../calibration/robust';
import type { DetectorScope, ScannedAccount } from '../detector';
import { type ContentDay, contentDaysSql, readContentDays } from './content-days.reader';
import { type EvidenceSource, dayText } from './drift-evidence';
import { areasOf, ownDeclarations } from './session-series';

const DAY_MS = 86_400_000;
/** Of fewer plays no ratio can be told from chance. */
const LEAST_PLAYS = 10;

/** The days of videos of accounts as series of values; accounts without videos are absent. */
export async function readContentSeries(
  scope: DetectorScope,
  accounts: readonly ScannedAccount[],
  measure: (day: ContentDay, organicPlays: number | null) => (number | null)[],
): Promise<Series[]> {
  const content = await readContentDays(scope, accounts);
  const areasIn = areasOf(scope);
  return accounts.flatMap(({ key, platform }) => {
    const days = content.get(key)?.days ?? [];
    if (days.length === 0) return [];
    const declared = ownDeclarations(scope, key);
    const observations = days.flatMap((one) => {
      const date = dayText(one.day);
      const from = dayStart(date, scope.zone);
      const span = { from, to: from + DAY_MS };
      const explained = explainedBy(declared, span);
      if (explained.outage || (one.plays ?? 0) < LEAST_PLAYS) return [];
      const organic = Math.max(0, (one.plays ?? 0) - Math.max(one.paid_plays ?? 0, explained.statedViews ?? 0));
      const kinds = explained.kinds.filter((kind) => kind !== 'paid' || explained.statedViews === null);
      return [{ item: date, ...span, day: one.day, values: measure(one, organic), kinds, declarationIds: explained.declarationIds }];
    });
    return [
      { accountKey: key, platform, size: sizeClassOf(median(days.map(({ plays }) => plays ?? 0))), areas: areasIn(key), observations },
    ];
  });
}

/** Days of videos as rows. */
export const contentEvidence: EvidenceSource = async (scope) => {
  const content = await readContentDays(scope, scope.accounts);
  return ({ unit }, account) => {
    const own = content.get(account);
    const days = unit.residuals.map(({ observation }) => observation.day).sort((a, b) => a - b);
    const [first, last] = [days[0], days[days.length - 1]];
    const rows = (own?.days ?? []).filter(({ day }) => day >= first && day <= last);
    // of readings the day before is needed for the first difference
    const from = dayStart(dayText(own?.kind === 'readings' ? first - 1 : first), scope.zone);
    return {
      rows: rows.map(({ day, ...gains }) => ({
        account,
        date: dayText(day),
        dayNumber: day,
        ...Object.fromEntries(Object.entries(gains).map(([counter, gain]) => [`${counter}Gained`, gain])),
      })),
      sql: contentDaysSql(own?.kind ?? 'series', ' AND account_key = {account: UInt64}'),
      parameters: {
        brandId: scope.brandId,
        account,
        zone: scope.zone,
        from: String(from),
        to: String(dayStart(dayText(last + 1), scope.zone)),
        sourcesLastFirst: [...scope.sourcesLastFirst],
      },
      removable: (item) => ({ origin: null, item: null, day: item, session: null }),
    };
  };
};
