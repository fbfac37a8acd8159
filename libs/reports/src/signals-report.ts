import { isSeen, isWithin, seenBy } from '@app/access';
import {
  VitrineError,
  type Report,
  type ReportQuery,
  type SignalEvidence,
  type SignalParameters,
  type SignalReportRow,
} from '@app/contracts';
import { lastScanOver, listSignals, policyOf, type SignalOfAccount } from '@app/database';
import type { DataSource } from 'typeorm';
import type { ReportPeriod } from './report-period';
import type { BrandScope } from './report-stores';
import type { Snapshot } from './snapshots';

/** Placeholders of statements that stand for viewers: nobody is shown whom. */
const OF_VIEWERS = ['staffViewers', 'sentinels'];

/**
 * The signals whose window lies in a period, the strongest first: rows with exactly the fields of the contract. Of accounts and dealers that the scope shows
 * over the whole period; those of the brand to whoever sees it whole. Throws not_available for `asOf`: signals are told as they are now.
 */
export async function signalsReport(
  dataSource: DataSource,
  { brand, state, dataInstant }: Pick<Snapshot, 'brand' | 'state' | 'dataInstant'>,
  { query, scope, period }: { query: ReportQuery; scope: BrandScope; period: ReportPeriod },
): Promise<Report<SignalReportRow>> {
  if (query.asOf !== undefined)
    throw new VitrineError('not_available', {
      zh: '信号只按当前状态提供，不支持 asOf。',
      en: 'Signals are told as they are now: asOf is not available for them.',
    });
  const span = { from: new Date(period.from).toISOString(), to: new Date(period.to).toISOString() };
  const seen = seenBy(scope, state, period);
  const keysOf = (ids: typeof seen.accounts, all: readonly string[]) => (ids === 'all' ? [...all] : [...ids]);
  const shown =
    scope === 'all'
      ? undefined
      : {
          accountKeys: keysOf(
            seen.accounts,
            state.accounts.map(({ accountKey }) => accountKey),
          ),
          dealerIds: keysOf(
            seen.dealers,
            state.placements.map(({ dealerId }) => dealerId),
          ),
        };
  const found = await listSignals(dataSource, brand.brandId, { ...span, seen: shown });
  const scan = await lastScanOver(dataSource, brand.brandId, span);
  const asked = dealersAsked(state.placements, query, period);
  const accounts = state.accounts.filter(({ accountKey }) => isSeen(seen.accounts, accountKey)).length;
  return {
    rows: found.filter((signal) => isAsked(signal, query, asked)).map(rowOf),
    meta: {
      report: 'signals',
      brand: brand.code,
      month: period.month,
      ...span,
      level: query.level,
      basis: query.basis,
      policyVersion: policyOf(state.policies, period.lastMonth).version,
      dataInstant: new Date(dataInstant).toISOString(),
      coverage: null,
      accountsKnown: scan ? accounts : 0,
      accountsTotal: accounts,
      sampleRates: false,
      rateCards: [],
      notes: scan ? [] : [NOT_SCANNED],
    },
  };
}

const NOT_SCANNED = {
  zh: '该周期尚未扫描：没有信号不等于没有问题。请运行 vitrine integrity scan。',
  en: 'This period has not been scanned: no signal does not mean nothing was found. Run vitrine integrity scan.',
};

/** Dealers that region, code and group of a query ask for at the end of the period; null: any. */
function dealersAsked(
  placements: Snapshot['state']['placements'],
  { salesRegion, adcode, group }: ReportQuery,
  { to }: ReportPeriod,
): ReadonlySet<string> | null {
  if (salesRegion === undefined && adcode === undefined && group === undefined) return null;
  const stands = placements.filter((one) => one.from < to && (one.to === null || one.to >= to));
  const wanted = stands.filter(
    (one) =>
      (salesRegion === undefined || isWithin(one.salesRegion, salesRegion)) &&
      (adcode === undefined || one.adcode.startsWith(adcode)) &&
      (group === undefined || one.group === group),
  );
  return new Set(wanted.map(({ dealerId }) => dealerId));
}

function isAsked({ subject, dealerId }: SignalOfAccount, query: ReportQuery, dealers: ReadonlySet<string> | null): boolean {
  const account = 'accountId' in subject ? subject : null;
  return (
    (query.platform === undefined || account?.platform === query.platform) &&
    (query.accountId === undefined || account?.accountId === query.accountId) &&
    (query.dealerId === undefined || dealerId === query.dealerId) &&
    (dealers === null || (dealerId !== null && dealers.has(dealerId)))
  );
}

/** The fields of the contract and no others. */
function rowOf({ signalId, detector, version, subject, window, strength, dataTier, evidence }: SignalOfAccount): SignalReportRow {
  return { signalId, detector, version, subject, window, strength, dataTier, evidence: evidenceWithoutViewers(evidence) };
}

/** Evidence without the lists of viewers that its statements run on. */
export function evidenceWithoutViewers(evidence: SignalEvidence): SignalEvidence {
  const { removes, parameters } = evidence;
  return {
    ...evidence,
    parameters: nameless(parameters),
    ...(removes
      ? { removes: removes.map((one) => (one.kind === 'entries' ? { ...one, parameters: nameless(one.parameters) } : one)) }
      : {}),
  };
}

const nameless = (parameters: SignalParameters): SignalParameters =>
  Object.fromEntries(Object.entries(parameters).filter(([name]) => !OF_VIEWERS.includes(name)));
