import { createHash } from 'node:crypto';
import { VitrineError, type BrandState, type NotAssessable, type Period, type ScanSummary, type Signal } from '@app/contracts';
import {
  StateReader,
  deliverySnapshot,
  insertScan,
  keepReferences,
  keepSignals,
  latestScan,
  listIncentiveRules,
  listReferences,
  type KeptScan,
} from '@app/database';
import { readTouchedAccounts } from '@app/rollup';
import type { Warehouse } from '@app/warehouse';
import type { DataSource } from 'typeorm';
import type { Detector } from './detector';
import { DETECTORS } from './detectors';
import { EntryStaging, sweepStagedEntries, type Warned } from './facts/staged-entries';
import { ScanMeter, secondsSince } from './scan-cost';
import { runDetectors } from './scan-lanes';
import { openScope } from './scan-scope';
import { strongestById, withoutKey } from './signal-of';

export interface ScanStores {
  warehouse: Warehouse;
  dataSource: DataSource;
  secret: string;
}

/** Which window of which brand, by which detectors. */
export interface ScanAsk {
  /** Code of the brand; absent: the only one. */
  brand?: string;
  /** Epoch ms, half open. */
  from: number;
  to: number;
  /** Names; absent: all. */
  detectors?: readonly string[];
  /**
   * `incremental`: only accounts that deliveries have touched since the last scan of a window with the same beginning that reaches at least as far, by what
   * was learnt there of honest peers; a full one where there was none, or declarations, ownership or policies have changed since. Default full.
   */
  mode?: 'full' | 'incremental';
  /** A full scan that judges by what an earlier one has learnt, where it is kept. Default: learns anew. */
  reference?: 'new' | 'kept';
  /** Every look reads entries where they lie, as on a cluster, instead of once for all (`EntryStaging`). Finds the same; for comparing. */
  direct?: boolean;
  /** Hears of each detector when it has ended: how many have, and its seconds. */
  onProgress?: (step: { detector: string; done: number; of: number; seconds: number }) => void;
  /** Hears of what failed beside the scan, which goes on: what it or a killed one had staged could not be removed. */
  onWarning?: Warned;
  signal?: AbortSignal;
}

export interface ScanResult {
  summary: ScanSummary;
  /** What holds of the scanned subjects, the strongest first. */
  signals: Signal[];
  notAssessable: NotAssessable[];
}

interface Plan {
  mode: ScanSummary['mode'];
  detectors: readonly Detector[];
  accounts: readonly string[] | null;
  kept: ReadonlyMap<string, unknown>;
}

/**
 * Runs detectors over a window and keeps what they find (docs/adr/0037): the same scan again finds the same rows. Throws bad_input for an empty window or an unknown detector, not_found for an unknown brand.
 */
export async function runScan(stores: ScanStores, ask: ScanAsk): Promise<ScanResult> {
  const began = performance.now();
  if (!(ask.to > ask.from)) throw badWindow();
  const window: Period = { from: ask.from, to: ask.to };
  const reader = new StateReader(stores.dataSource, stores.secret);
  const brand = await reader.brand(ask.brand);
  // first the deliveries: what comes while the scan reads is scanned again
  const deliveries = await deliverySnapshot(stores.dataSource);
  const state = await reader.state(brand.brandId);
  const stateMark = markOf(state);
  const incentives = await listIncentiveRules(stores.dataSource, brand.brandId);
  const plan = await planOf(stores, ask, { brandId: brand.brandId, deliveries, stateMark });
  const meter = new ScanMeter();
  const warned: Warned = (message, error) => ask.onWarning?.(message, error);
  await sweepStagedEntries(stores).catch((error: unknown) => warned('what killed scans have left could not be removed', error));
  const staging = new EntryStaging(stores.warehouse, meter);
  const read = { warehouse: stores.warehouse, state, incentives, window, ...plan, meter, signal: ask.signal };
  const { scope, made } = await openScope({ ...read, ...(ask.direct ? {} : { staging }) });
  meter.begun(secondsSince(began));
  const { signals, notAssessable, detectors } = await staging.during(stores.dataSource, warned, () =>
    runDetectors(scope, plan.detectors, ask),
  );
  const unique = strongestById(signals);
  const found = {
    brand: brand.code,
    window: { from: new Date(window.from).toISOString(), to: new Date(window.to).toISOString() },
    mode: plan.mode,
    detectors,
    signals: unique.length,
    notAssessable: notAssessable.length,
    reasons: reasonsOf(notAssessable),
  };
  const range = {
    ...{ brandId: brand.brandId, judgedFrom: new Date(Math.min(window.from, scope.judgedFrom)).toISOString(), to: found.window.to },
    ...{ detectors: plan.detectors.map(({ name }) => name), accounts: plan.accounts },
  };
  const since = performance.now();
  const summary = await stores.dataSource.transaction(async (tx) => {
    await keepSignals(tx, range, unique);
    await keepReferences(tx, brand.brandId, { ...found.window, made });
    const told = { ...found, cost: meter.cost(secondsSince(since)), seconds: secondsSince(began) };
    const kept = { mode: plan.mode, detectors: range.detectors, stateMark, ...deliveries };
    return { scanId: await insertScan(tx, brand.brandId, kept, told), ...told };
  });
  return { summary, signals: unique.map(withoutKey), notAssessable };
}

async function planOf(
  { warehouse, dataSource }: ScanStores,
  ask: ScanAsk,
  now: { brandId: number; stateMark: string } & { deliveries: Pick<KeptScan, 'horizon' | 'open'> },
): Promise<Plan> {
  const detectors = detectorsOf(ask.detectors);
  const asked = { from: new Date(ask.from).toISOString(), to: new Date(ask.to).toISOString() };
  const nothing: ReadonlyMap<string, unknown> = new Map();
  const full = (kept: ReadonlyMap<string, unknown>): Plan => ({ mode: 'full', detectors, accounts: null, kept });
  const kept = ask.mode === 'incremental' || ask.reference === 'kept' ? await listReferences(dataSource, now.brandId, asked) : nothing;
  if (ask.mode !== 'incremental') return full(kept);
  const last = await latestScan(dataSource, now.brandId, asked.from);
  // what is found of all dealers together waits for the next full scan
  const ofAccounts = detectors.filter(({ wholeBrand }) => !wholeBrand);
  const hasJudged = last && last.windowTo >= asked.to && kept.size > 0;
  const isKnown = hasJudged && last.stateMark === now.stateMark && ofAccounts.every(({ name }) => last.detectors.includes(name));
  if (!isKnown) return full(nothing);
  const touched = await readTouchedAccounts(warehouse, now.brandId, {
    from: { deliveries: last, versions: {} },
    to: { deliveries: now.deliveries, versions: {} },
  });
  return {
    mode: 'incremental',
    detectors: ofAccounts,
    accounts: [...new Set([...touched.values()].flatMap((keys) => [...keys]))],
    kept,
  };
}

function detectorsOf(names: readonly string[] | undefined): readonly Detector[] {
  if (!names) return DETECTORS;
  return names.map((name) => {
    const found = DETECTORS.find((detector) => detector.name === name);
    if (!found) throw unknownDetector(name);
    return found;
  });
}

/** What of the state decides findings: another mark, and every account is judged anew. */
function markOf({ declarations, ownerships, policies, sentinelKeys, accounts }: BrandState): string {
  const parts = [declarations, ownerships, policies, sentinelKeys, accounts.map(({ accountKey }) => accountKey)];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function reasonsOf(notAssessable: readonly NotAssessable[]): ScanSummary['reasons'] {
  const counted = new Map<string, ScanSummary['reasons'][number]>();
  for (const { detector, reason } of notAssessable) {
    const key = `${detector}/${reason.en}`;
    const known = counted.get(key) ?? { detector, reason, subjects: 0 };
    known.subjects++;
    counted.set(key, known);
  }
  return [...counted.values()].sort((a, b) => b.subjects - a.subjects);
}

const badWindow = (): VitrineError =>
  new VitrineError('bad_input', {
    zh: '扫描的起止时间无效：结束须晚于开始',
    en: 'The window of the scan is empty: its end has to be after its beginning',
  });

const unknownDetector = (name: string): VitrineError =>
  new VitrineError(
    'bad_input',
    { zh: `没有名为“${name.slice(0, 40)}”的检测器`, en: `There is no detector "${name.slice(0, 40)}"` },
    {
      remedy: {
        zh: `可用：${DETECTORS.map((one) => one.name).join('、')}`,
        en: `There are: ${DETECTORS.map((one) => one.name).join(', ')}`,
      },
    },
  );
