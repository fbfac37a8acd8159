import { addDays, addMonths } from '@app/contracts';
import type { BrandState, Policy } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import type { KeptDifference } from '../../kept-difference';
import { unitExclusions } from '../../exclusions/exclusions';
import { ValueUnitRow, readValueUnits } from '../value.reader';

const COLUMNS = ['gross', 'net', 'excluded', 'opening', 'paidUnknown', 'counts'] as const;

/** The kept days of some accounts and a month against the units that the facts give on demand. Columns read `2026-10-03 live_view session net`. */
export async function valueDifferences(
  warehouse: Warehouse,
  { state, policy, month, accounts }: { state: BrandState; policy: Policy; month: string; accounts: readonly string[] },
): Promise<KeptDifference[]> {
  const [fromDay, toDay] = [`${month}-01`, `${addMonths(month, 1)}-01`];
  const days: string[] = [];
  for (let day = fromDay; day < toDay; day = addDays(day, 1)) days.push(day);
  const { brandId, zone } = state.brand;
  const window = {
    brandId,
    zone,
    fromDay,
    toDay,
    sourceOrder: policy.sourceOrder,
    accountKeys: accounts,
    exclusions: unitExclusions(state, 'adjusted'),
  };
  const [stored, recomputed] = await Promise.all(
    [true, false].map(async (kept) => unitsByPlace(await readValueUnits(warehouse, { ...window, stored: kept }, [], days), days)),
  );
  return [...new Set([...stored.keys(), ...recomputed.keys()])].flatMap((place) => {
    const [ours, theirs] = [stored.get(place), recomputed.get(place)];
    const [accountKey, ...where] = place.split(' ');
    return COLUMNS.filter((column) => ours?.[column] !== theirs?.[column]).map((column) => ({
      accountKey,
      column: [...where, column].join(' '),
      stored: ours ? String(ours[column]) : null,
      recomputed: theirs ? String(theirs[column]) : null,
    }));
  });
}

function unitsByPlace(rows: readonly ValueUnitRow[], days: readonly string[]): Map<string, ValueUnitRow> {
  return new Map(rows.map((row) => [`${row.accountKey} ${days[row.bucket - 1]} ${row.line} ${row.origin}`, row]));
}
