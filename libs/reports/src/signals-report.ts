import { isSeen, isWithin, seenBy } from '@app/access';
import {
  VitrineError,
  type BrandState,
  type Report,
  type ReportedEvidence,
  type ReportQuery,
  type SignalEvidence,
  type SignalParameters,
  type SignalReportRow,
} from '@app/contracts';
import { lastScanOver, listSignalPlaces, listSignals, policyOf, type SignalOfAccount, type SignalPlace } from '@app/database';
import type { DataSource } from 'typeorm';
import type { ReportPeriod } from './report-period';
import type { BrandScope } from './report-stores';
import type { Snapshot } from './snapshots';

/** Placeholders of statements that stand for viewers: nobody is shown whom. */
const OF_VIEWERS = ['staffViewers', 'sentinels'];

/**
 * The signals whose window overlaps a period, the strongest first: rows with exactly the fields of the contract. Of accounts and dealers that the scope shows
 * over all of the signal's window, without statements and without the names of others; those of the brand to whoever sees it whole. Throws not_available for
 * `asOf`: signals are told as they are now.
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
  const signalIds = scope === 'all' ? undefined : await shownOf(dataSource, { scope, state }, span);
  const found = await listSignals(dataSource, brand.brandId, { ...span, signalIds });
  const scan = await lastScanOver(dataSource, brand.brandId, span);
  const asked = dealersAsked(state.placements, query, period);
  const accounts = state.accounts.filter(({ accountKey }) => isSeen(seen.accounts, accountKey)).length;
  return {
    rows: found.filter((signal) => isAsked(signal, query, asked)).map((signal) => rowOf(signal, scope === 'all')),
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

/** Ids of the signals of a span that a scope shows, each judged by its own window: an account may have changed hands in the span. */
async function shownOf(
  dataSource: DataSource,
  { scope, state }: { scope: BrandScope; state: BrandState },
  span: { from: string; to: string },
): Promise<string[]> {
  const places = await listSignalPlaces(dataSource, state.brand.brandId, span);
  // one account or dealer at a time: a signal asks for no more, and windows are many
  const accounts = new Map(state.accounts.map((account) => [account.accountKey, account]));
  const alone = new Map<string, BrandState>();
  const aloneOf = (key: string, make: () => BrandState): BrandState => {
    const known = alone.get(key) ?? make();
    alone.set(key, known);
    return known;
  };
  const isShown = ({ subject, accountKey, window }: SignalPlace): boolean => {
    const period = { from: Date.parse(window.from), to: Date.parse(window.to) };
    if (subject.kind === 'dealer') {
      const own = aloneOf(`dealer/${subject.dealerId}`, () => ofDealer(state, subject.dealerId));
      return isSeen(seenBy(scope, own, period).dealers, subject.dealerId);
    }
    const account = accountKey === null ? undefined : accounts.get(accountKey);
    if (!account) return false;
    const own = aloneOf(`account/${account.accountKey}`, () => ofAccount(state, account));
    return isSeen(seenBy(scope, own, period).accounts, account.accountKey);
  };
  return places.filter(isShown).map(({ signalId }) => signalId);
}

/** The state as far as it says who may see an account. */
function ofAccount(state: BrandState, account: BrandState['accounts'][number]): BrandState {
  const ownerships = state.ownerships.filter(({ accountKey }) => accountKey === account.accountKey);
  const owners = new Set(ownerships.map(({ dealerId }) => dealerId));
  return { ...state, accounts: [account], ownerships, placements: state.placements.filter(({ dealerId }) => owners.has(dealerId)) };
}

/** The state as far as it says who may see a dealer. */
const ofDealer = (state: BrandState, of: string): BrandState => ({
  ...state,
  accounts: [],
  ownerships: state.ownerships.filter(({ dealerId }) => dealerId === of),
  placements: state.placements.filter(({ dealerId }) => dealerId === of),
});

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

/** The fields of the contract and no others. `all`: whoever asks sees the whole brand. */
function rowOf(
  { signalId, detector, version, subject, window, strength, dataTier, evidence }: SignalOfAccount,
  all: boolean,
): SignalReportRow {
  const told = all ? evidenceWithoutViewers(evidence) : evidenceForDealers(evidence);
  return { signalId, detector, version, subject, window, strength, dataTier, evidence: told };
}

/** Evidence as those are told it whom it is about: no statement or parameter names other accounts and dealers, partners are numbers in the order of the rows. */
function evidenceForDealers(evidence: SignalEvidence): ReportedEvidence {
  const { removes, rows } = evidence;
  return {
    ...withoutStatement(evidence),
    ...(rows ? { rows: rows.map((row, at) => ('partner' in row ? { ...row, partner: at + 1 } : row)) } : {}),
    ...(removes ? { removes: removes.map((one) => (one.kind === 'entries' ? withoutStatement(one) : one)) } : {}),
  };
}

function withoutStatement<Told extends { sql: string; parameters: SignalParameters }>(told: Told): Omit<Told, 'sql' | 'parameters'> {
  const left: Omit<Told, 'sql' | 'parameters'> & { sql?: string; parameters?: SignalParameters } = { ...told };
  delete left.sql;
  delete left.parameters;
  return left;
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
