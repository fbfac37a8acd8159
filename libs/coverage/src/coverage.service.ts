import { COLLECTED_KINDS, daysBetween, expectedSpans, readCoveredDays, shareOf } from '@app/analytics';
import {
  addDays,
  COVERED_KINDS,
  dayStart,
  PRODUCT_PLATFORM,
  type ConnectedProduct,
  type CoverageGap,
  type CoverageRow,
  type CoveredKind,
  type GrantProduct,
} from '@app/contracts';
import { FOLLOWER_HISTORY_DAYS, gives, KIND_NEEDS, missingReason } from '@app/platforms';
import { connectedKinds, type BrandScope, type ReportStores } from '@app/reports';
import { scopedAccounts, type CoverageQuery, type ScopedAccount, type ScopedAccounts } from './coverage-scope';
import { readEvidence, type Evidence } from './evidence.reader';
import { readFedDays, type FedDay, type FedKind } from './fed-days.reader';
import { daysOf, gapsOf, type GapEvidence, type StreamGrant } from './gaps';

const FED_KINDS: readonly FedKind[] = ['minutes', 'entries'];

export interface CoverageAnswer {
  scoped: ScopedAccounts;
  evidence: Evidence;
  rows: CoverageRow[];
}

/** What was expected of each account, what has come, and why not what has not. The same computation as the coverage of reports. */
export class CoverageService {
  constructor(private readonly stores: ReportStores) {}

  /** A row per account and kind, those of which nothing is expected included, with the reason. */
  async rows(scope: BrandScope, query: CoverageQuery, kinds: readonly CoveredKind[] = COVERED_KINDS): Promise<CoverageRow[]> {
    return (await this.answer(scope, query, kinds)).rows;
  }

  /** Everything that is missing, by account and kind, in order of days. */
  async gaps(scope: BrandScope, query: CoverageQuery, kinds: readonly CoveredKind[] = COVERED_KINDS): Promise<CoverageGap[]> {
    return (await this.rows(scope, query, kinds)).flatMap((row) => row.gaps);
  }

  /** The rows with what they were made from. */
  async answer(scope: BrandScope, query: CoverageQuery, kinds: readonly CoveredKind[]): Promise<CoverageAnswer> {
    const scoped = await scopedAccounts(this.stores, scope, query);
    const evidence = await readEvidence(this.stores, scoped);
    const wanted = COVERED_KINDS.filter((kind) => kinds.includes(kind));
    const collected = await this.collectedRows(scoped, evidence, wanted);
    const fed = await this.fedRows(scoped, evidence, wanted);
    const rows = scoped.accounts.flatMap(({ accountKey }) =>
      wanted.map((kind) => (collected.get(`${accountKey} ${kind}`) ?? fed.get(`${accountKey} ${kind}`))!),
    );
    return { scoped, evidence, rows };
  }

  private async collectedRows(
    scoped: ScopedAccounts,
    evidence: Evidence,
    wanted: readonly CoveredKind[],
  ): Promise<Map<string, CoverageRow>> {
    const kinds = COLLECTED_KINDS.filter((kind) => wanted.includes(kind));
    const { brand, accounts, fromDay, toDay, accountKeys } = scoped;
    if (kinds.length === 0) return new Map();
    const covered = await readCoveredDays(this.stores.warehouse, { brandId: brand.brandId, zone: brand.zone, fromDay, toDay, accountKeys });
    const connected = connectedKinds(accounts.flatMap((account) => connectionsOf(account, evidence)));
    const spans = expectedSpans({ accounts, covered, grantedFrom: {}, fromDay, toDay, connected });
    const rows = new Map<string, CoverageRow>();
    for (const account of accounts)
      for (const kind of kinds) {
        const span = spans.get(account.accountKey)?.[kind] ?? null;
        if (span === null) {
          rows.set(`${account.accountKey} ${kind}`, nothingExpected(account, kind, evidence));
          continue;
        }
        const known = evidenceOf(account, kind, scoped, evidence);
        rows.set(`${account.accountKey} ${kind}`, {
          ...named(account, kind),
          from: span.from,
          to: span.to,
          expectedDays: daysBetween(span.from, span.to),
          receivedDays: span.received.length,
          coverage: rounded(shareOf(span)),
          reason: null,
          gaps: gapsOf(daysOf(span.from, span.to), new Set(span.received), known).map((gap) => ({ ...placed(account, kind), ...gap })),
        });
      }
    return rows;
  }

  private async fedRows(scoped: ScopedAccounts, evidence: Evidence, wanted: readonly CoveredKind[]): Promise<Map<string, CoverageRow>> {
    const { brand, fromDay, toDay } = scoped;
    const period = { from: dayStart(fromDay, brand.zone), to: dayStart(toDay, brand.zone) };
    const rows = new Map<string, CoverageRow>();
    for (const kind of FED_KINDS.filter((one) => wanted.includes(one))) {
      const days = new Map<string, FedDay[]>();
      for (const day of await readFedDays(this.stores, scoped, kind, period))
        days.set(day.accountKey, [...(days.get(day.accountKey) ?? []), day]);
      for (const account of scoped.accounts) {
        const own = days.get(account.accountKey);
        const row = own
          ? fedRow(account, kind, own, evidenceOf(account, kind, scoped, evidence))
          : nothingExpected(account, kind, evidence);
        rows.set(`${account.accountKey} ${kind}`, row);
      }
    }
    return rows;
  }
}

const named = ({ platform, accountId, name }: ScopedAccount, kind: CoveredKind) => ({ platform, accountId, name, kind });
const placed = ({ platform, accountId }: ScopedAccount, kind: CoveredKind) => ({ platform, accountId, kind });
const rounded = (share: number | null): number | null => (share === null ? null : Math.round(share * 10_000) / 10_000);
const grantsOf = ({ platform, accountId }: ScopedAccount, { grants }: Evidence): StreamGrant[] =>
  grants.get(`${platform}/${accountId}`) ?? [];

const connectionsOf = (account: ScopedAccount, evidence: Evidence): ConnectedProduct[] =>
  grantsOf(account, evidence).map(({ product, grantedOn }) => ({ accountKey: account.accountKey, product, since: grantedOn }));

/** What is known of one kind of one account, over all products that bring it. */
function evidenceOf(account: ScopedAccount, kind: CoveredKind, { brand, now }: ScopedAccounts, evidence: Evidence): GapEvidence {
  const all = grantsOf(account, evidence);
  const products = (Object.keys(PRODUCT_PLATFORM) as GrantProduct[]).filter(
    (product) => PRODUCT_PLATFORM[product] === account.platform && gives(product, kind),
  );
  const streams = products.map((product) => `${product} ${account.accountId} ${kind}`);
  const successes = streams.flatMap((stream) => evidence.streams.get(stream)?.lastSuccessAt ?? []);
  return {
    kind,
    zone: brand.zone,
    now,
    trouble: streams.flatMap((stream) => evidence.trouble.get(stream) ?? []).sort((a, b) => a.lastAt - b.lastAt),
    grants: all.filter(({ product }) => gives(product, kind)),
    lastSuccessAt: successes.length === 0 ? null : Math.max(...successes),
    unfinished: evidence.unfinished.get(`${account.accountKey} ${kind}`) ?? new Map<string, number>(),
    tellsDaysBack: kind === 'followers' ? Math.max(0, ...all.map(({ product }) => FOLLOWER_HISTORY_DAYS[product])) : 0,
  };
}

function nothingExpected(account: ScopedAccount, kind: CoveredKind, evidence: Evidence): CoverageRow {
  const connected = grantsOf(account, evidence)
    .filter(({ revokedAt }) => revokedAt === null)
    .map(({ product }) => product);
  const able = connected.some((product) => gives(product, kind));
  return {
    ...named(account, kind),
    from: null,
    to: null,
    expectedDays: 0,
    receivedDays: 0,
    coverage: null,
    reason: able
      ? { zh: '所选日期内尚无应到数据', en: 'Nothing is expected of these days yet' }
      : missingReason(account.platform, KIND_NEEDS[kind], connected),
    gaps: [],
  };
}

/** Entries: seen ÷ views, at most 1. Minutes: broadcasts with a curve ÷ broadcasts. A day counts as received when anything of it was heard. */
function fedRow(account: ScopedAccount, kind: FedKind, days: readonly FedDay[], evidence: GapEvidence): CoverageRow {
  const sum = (pick: (day: FedDay) => number): number => days.reduce((total, day) => total + pick(day), 0);
  const received = new Set(days.filter(({ heard }) => heard > 0).map(({ day }) => day));
  const [seen, of] =
    kind === 'entries' ? [sum((day) => day.seen), sum((day) => day.views)] : [sum((day) => day.heard), sum((day) => day.sessions)];
  return {
    ...named(account, kind),
    from: days[0]!.day,
    to: addDays(days[days.length - 1]!.day, 1),
    expectedDays: days.length,
    receivedDays: received.size,
    coverage: of === 0 ? null : rounded(Math.min(1, seen / of)),
    reason: null,
    gaps: gapsOf(
      days.map(({ day }) => day),
      received,
      evidence,
    ).map((gap) => ({ ...placed(account, kind), ...gap })),
  };
}
