import { readUnitEvidence, type UnitEvidence } from '@app/analytics';
import {
  addDays,
  businessDay,
  type BrandState,
  type FusionContext,
  type Period,
  type ReportedItem,
  type SignalSubject,
  type ValueLine,
} from '@app/contracts';
import { policyOf } from '@app/database';
import { accountKey, type Warehouse } from '@app/warehouse';
import { accountOf } from './case-subject';

/** Units of a session or account as platforms report them over the days of a span, by line and by item, and how many sessions it has. Of other subjects: unknown. */
export async function reportedOf(
  { warehouse, state }: { warehouse: Warehouse; state: BrandState },
  subject: SignalSubject,
  span: Period,
): Promise<Pick<FusionContext, 'reported' | 'items' | 'sessions'>> {
  const account = accountOf(subject);
  if (!account) return {};
  const { brandId, zone } = state.brand;
  const [fromDay, toDay] = [businessDay(span.from, zone), addDays(businessDay(span.to - 1, zone), 1)];
  const rows = await readUnitEvidence(warehouse, {
    ...{ brandId, zone, fromDay, toDay, sourceOrder: policyOf(state.policies, fromDay.slice(0, 7)).sourceOrder },
    accountKeys: [accountKey(brandId, account.platform, account.accountId).toString()],
  });
  const own = subject.kind === 'session' ? rows.filter(({ origin, id }) => origin === 'session' && id === subject.sessionId) : rows;
  const reported: Record<string, number> = {};
  for (const { line, gross } of own) reported[line] = (reported[line] ?? 0) + Number(gross);
  const sessions = new Set(own.flatMap(({ origin, id }) => (origin === 'session' ? [id] : []))).size;
  return { reported, items: itemsOf(own), sessions: Math.max(1, sessions) };
}

/** What sessions and videos reported, by line and day. */
export const itemsOf = (rows: readonly UnitEvidence[]): ReportedItem[] =>
  rows.flatMap(({ origin, id, line, day, gross }) =>
    origin === 'lead' ? [] : [{ origin, item: id, line: line as ValueLine, day, reported: Number(gross) }],
  );
