import {
  UNASSIGNED,
  type BrandState,
  type DealerPlacement,
  type Level,
  type Membership,
  type Ownership,
  type Period,
} from '@app/contracts';
import { cityCode } from '../adcode/adcode';

type Span = Omit<Membership, 'accountKey'>;

/**
 * Flattens ownership and placement to who belonged where (domain.md 2.5). For every account of the state the spans tile the period exactly: no
 * gap, no overlap, neighbours of one group joined. Groups: account key, dealer id, region, brand code. A region is the one in which the owning
 * dealer stood at that time: `adcode` gives the city's code (xxxx00), `sales` the path. What nobody owns, or stands nowhere, is `unassigned`.
 */
export function memberships(state: BrandState, level: Level, regions: 'adcode' | 'sales', period: Period): Membership[] {
  if (period.to <= period.from) return [];
  const keys = state.accounts.map((account) => account.accountKey);
  if (level === 'account') return keys.map((accountKey) => ({ accountKey, group: accountKey, ...period }));
  if (level === 'brand') return keys.map((accountKey) => ({ accountKey, group: state.brand.code, ...period }));
  const owned = grouped(state.ownerships, (ownership) => ownership.accountKey);
  const placed = level === 'region' ? grouped(state.placements, (placement) => placement.dealerId) : null;
  return keys.flatMap((accountKey) => {
    const dealers = tiled(owned.get(accountKey) ?? [], (ownership: Ownership) => ownership.dealerId, period);
    const spans = placed ? dealers.flatMap((span) => regionSpans(span, placed.get(span.group) ?? [], regions)) : dealers;
    return joined(spans).map((span) => ({ accountKey, ...span }));
  });
}

function regionSpans(span: Span, placements: DealerPlacement[], regions: 'adcode' | 'sales'): Span[] {
  if (span.group === UNASSIGNED) return [span];
  return tiled(placements, (placement) => (regions === 'adcode' ? cityCode(placement.adcode) : placement.salesRegion), span);
}

/** Clips dated rows to a period and fills the gaps with `unassigned`. */
function tiled<Row extends { from: number; to: number | null }>(rows: Row[], groupOf: (row: Row) => string | null, period: Period): Span[] {
  const spans: Span[] = [];
  let at = period.from;
  for (const row of [...rows].sort((a, b) => a.from - b.from)) {
    const from = Math.max(row.from, at);
    const to = Math.min(row.to ?? period.to, period.to);
    if (to <= from) continue;
    if (from > at) spans.push({ group: UNASSIGNED, from: at, to: from });
    spans.push({ group: groupOf(row) ?? UNASSIGNED, from, to });
    at = to;
  }
  if (at < period.to) spans.push({ group: UNASSIGNED, from: at, to: period.to });
  return spans;
}

function joined(spans: Span[]): Span[] {
  const out: Span[] = [];
  for (const span of spans) {
    const last = out.at(-1);
    if (last?.group === span.group && last.to === span.from) last.to = span.to;
    else out.push({ ...span });
  }
  return out;
}

function grouped<Row>(rows: Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}
