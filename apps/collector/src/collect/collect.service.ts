import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { businessDay, PLATFORMS, VitrineError, type Brand, type GrantProduct, type Platform as PlatformName } from '@app/contracts';
import type { Clock } from '@app/config';
import { saveTries, type StreamTry } from '@app/database';
import { connectorsOf, type Connectors, type Grant, type GrantKeeper, type GrantStore } from '@app/platforms';
import { parsePayload, streamJobId, type CollectKind, type CollectStreamPayload, type JobQueue, type JobRequest } from '@app/queue';
import { CollectionBuffer } from './collection-buffer';
import { CollectionRound, type CollectFailure, type RoundOutcome } from './collection-round';
import { CollectionStates } from './collection-state';
import { addCounts, type CollectionWriter, type CountsByKind } from './collection.writer';
import { errorClass } from './next-try';
import { isCapable, isListedElsewhere, type StreamReport } from './stream-job';

export interface CollectRequest {
  brandId: number;
  platform?: PlatformName;
  /** Absent: all accounts with a grant. */
  accounts?: string[];
  kinds?: CollectKind[];
  /** Business days, half open: fetched again even where final. Absent: from the cursors. */
  from?: string;
  to?: string;
}

/** What collecting one platform brought. `withoutGrant`: accounts that were asked for by id and have none. */
export interface CollectSummary {
  platform: PlatformName;
  accounts: number;
  withoutGrant: string[];
  counts: CountsByKind;
  failures: CollectFailure[];
}

/** Progress of one platform: accounts done of all. */
export interface CollectProgress {
  platform: PlatformName;
  done: number;
  total: number;
}

export interface ReplayRequest {
  brandId: number;
  platforms?: PlatformName[];
  /** Epoch ms, ascending: one round each. */
  instants: number[];
  /** Brings the clock, and the servers that share it, to an instant. */
  moveTo: (instant: number) => void | Promise<void>;
  /** Rounds between two writes. Default 30. */
  roundsPerWrite?: number;
  /** Reads as thoroughly as the schedules do; the demo's year is read more thriftily. */
  asScheduled?: boolean;
  onRound?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/** What all rounds of a replay brought together. */
export interface ReplaySummary {
  rounds: number;
  accounts: number;
  counts: CountsByKind;
  failures: CollectFailure[];
}

export interface CollectServiceParts {
  dataSource: DataSource;
  grants: GrantStore;
  connectors: Connectors;
  keeper: GrantKeeper;
  writer: CollectionWriter;
  queue: JobQueue;
  clock: Clock;
  brandOf: (brandId: number) => Promise<Brand>;
}

type GrantsByProduct = Map<GrantProduct, Map<string, Grant>>;

const DEFAULT_KINDS: readonly CollectKind[] = ['sessions', 'videos', 'followers', 'leads'];
const CONCURRENT_ACCOUNTS = 32;
const REPLAY_FOLLOWERS_DAYS = 7;
const HELD_ROWS = 100_000;

/** Collects accounts: as jobs (`collectNow`, schedules) or, for a past that a virtual clock walks through, round by round (`replay`). */
export class CollectService {
  constructor(private readonly parts: CollectServiceParts) {}

  /** Enqueues a job per account and kind and waits for them. Needs a running worker, in this process or another. */
  async collectNow(request: CollectRequest, onProgress?: (progress: CollectProgress) => void): Promise<CollectSummary[]> {
    const platforms = request.platform ? [request.platform] : [...PLATFORMS];
    return Promise.all(
      platforms.map(async (platform) => {
        const grants = await this.grantsOf(request.brandId, platform);
        const granted = new Set([...grants.values()].flatMap((accounts) => [...accounts.keys()]));
        const wanted = request.accounts ?? [...granted];
        const accounts = wanted.filter((account) => granted.has(account));
        const withoutGrant = request.platform ? wanted.filter((account) => !granted.has(account)) : [];
        return this.runJobs(platform, { accounts, withoutGrant, payloads: this.payloads(request, platform, grants, accounts) }, onProgress);
      }),
    );
  }

  private async grantsOf(brandId: number, platform: PlatformName): Promise<GrantsByProduct> {
    const grants: GrantsByProduct = new Map();
    for (const { product } of connectorsOf(this.parts.connectors, platform))
      grants.set(product, await this.parts.grants.list(brandId, product));
    return grants;
  }

  private payloads(
    request: CollectRequest,
    platform: PlatformName,
    grants: GrantsByProduct,
    accounts: readonly string[],
  ): CollectStreamPayload[] {
    const { connectors } = this.parts;
    const { brandId, kinds = DEFAULT_KINDS, from, to } = request;
    const payloads: CollectStreamPayload[] = [];
    for (const connector of connectorsOf(connectors, platform))
      for (const accountId of accounts)
        for (const kind of kinds) {
          const { product } = connector;
          if (!grants.get(product)?.has(accountId) || !isCapable(connector, kind)) continue;
          if (kind === 'sessions' && isListedElsewhere(connectors, grants, product, accountId)) continue;
          // parsed here too: a mistake is the caller's error, not a job that fails five times
          payloads.push(parsePayload('collect-stream', { brandId, product, accountId, kind, from, to, now: true }));
        }
    return payloads;
  }

  private async runJobs(
    platform: PlatformName,
    { accounts, withoutGrant, payloads }: { accounts: string[]; withoutGrant: string[]; payloads: CollectStreamPayload[] },
    onProgress?: (progress: CollectProgress) => void,
  ): Promise<CollectSummary> {
    const { queue } = this.parts;
    const request = randomUUID();
    const jobs = payloads.map((payload) => ({ payload, id: streamJobId(payload, request) }));
    const accountOf = new Map(jobs.map(({ id, payload }) => [id, payload.accountId]));
    const left = new Map<string, number>();
    for (const accountId of accountOf.values()) left.set(accountId, (left.get(accountId) ?? 0) + 1);
    const reports: StreamReport[] = [];
    let broken: string | null = null;
    const ids = await queue.enqueueMany('collect-stream', jobs);
    const total = accounts.length;
    await queue.waitMany('collect-stream', ids, (end) => {
      if ('failure' in end) broken ??= end.failure;
      else reports.push(end.result as StreamReport);
      const accountId = accountOf.get(end.id) ?? '';
      left.set(accountId, (left.get(accountId) ?? 1) - 1);
      if (left.get(accountId) === 0) left.delete(accountId);
      onProgress?.({ platform, done: total - left.size, total });
    });
    if (broken !== null)
      throw new VitrineError('internal', { zh: `采集任务失败：${broken as string}`, en: `A job failed: ${broken as string}` });
    onProgress?.({ platform, done: total, total });
    return { platform, accounts: total, withoutGrant, counts: countsOf(reports), failures: failuresOf(reports) };
  }

  /** Asks for kinds of accounts soon; nobody waits for them. */
  async request(brandId: number, platform: PlatformName, accounts: readonly string[], kinds: readonly CollectKind[]): Promise<void> {
    const grants = await this.grantsOf(brandId, platform);
    const payloads = this.payloads({ brandId, kinds: [...kinds] }, platform, grants, accounts);
    const jobs = payloads.map((waited): JobRequest<'collect-stream'> => {
      const payload = { ...waited, now: undefined };
      return { payload, id: streamJobId(payload), forget: true };
    });
    await this.parts.queue.enqueueMany('collect-stream', jobs);
  }

  /**
   * Rounds at past instants, as the schedules would have made them, against servers that show what a platform showed then. Rows of several rounds
   * go into one insert per kind; cursors are saved behind them, so an interrupted replay goes on where its last write was.
   */
  async replay(request: ReplayRequest): Promise<ReplaySummary> {
    const { brandId, instants, moveTo, roundsPerWrite = 30, onRound } = request;
    const signal = request.signal ?? new AbortController().signal;
    const brand = await this.parts.brandOf(brandId);
    const buffer = new CollectionBuffer();
    const walks: AccountWalk[] = [];
    for (const name of request.platforms ?? PLATFORMS) walks.push(...(await this.walks(brand, name, buffer)));
    const summary: ReplaySummary = {
      rounds: instants.length,
      accounts: new Set(walks.flatMap(({ platform, accounts }) => accounts.map((account) => `${platform} ${account}`))).size,
      counts: {},
      failures: [],
    };
    const tries: StreamTry[] = [];
    for (const [index, instant] of instants.entries()) {
      signal.throwIfAborted();
      await moveTo(instant);
      const last = index === instants.length - 1;
      const thorough = request.asScheduled === true;
      const all = last || thorough;
      // leads cost a call a day of the span: in the demo's year as seldom as followers
      const kinds = all || index % REPLAY_FOLLOWERS_DAYS === 0 ? DEFAULT_KINDS : DEFAULT_KINDS.filter((kind) => kind !== 'leads');
      const scope = { kinds, followersEveryDays: all ? 1 : REPLAY_FOLLOWERS_DAYS, recheck: thorough };
      const outcomes = await Promise.all(walks.map((walk) => walk.round(scope, signal)));
      for (const [place, { failures }] of outcomes.entries()) {
        summary.failures.push(...failures);
        tries.push(...failures.map((failure) => failedTry(brand, walks[place].product, failure)));
      }
      if (last || (index + 1) % roundsPerWrite === 0 || buffer.size >= HELD_ROWS) {
        addCounts(summary.counts, await this.parts.writer.write(brand, buffer));
        for (const { product, states } of walks) {
          for (const { accountId, kind, state } of states.unsaved())
            if (state.lastOkAt !== null && state.problem === null)
              tries.push(goodTry(brand, { product, accountId, kind, at: state.lastOkAt }));
          await states.save();
        }
        await saveTries(this.parts.dataSource, tries.splice(0));
      }
      onRound?.(index + 1, instants.length);
    }
    return summary;
  }

  /** The accounts of a platform with their states and grants, per product. */
  private async walks(brand: Brand, platform: PlatformName, buffer: CollectionBuffer): Promise<AccountWalk[]> {
    const { dataSource, connectors, clock, keeper } = this.parts;
    const grants = await this.grantsOf(brand.brandId, platform);
    const walks: AccountWalk[] = [];
    for (const connector of connectorsOf(connectors, platform)) {
      const { product } = connector;
      const granted = grants.get(product) ?? new Map<string, Grant>();
      const accounts = [...granted.keys()];
      if (accounts.length === 0) continue;
      const states = await CollectionStates.load(dataSource, brand.brandId, product, accounts);
      const leaveOut = (accountId: string, kind: CollectKind): boolean =>
        kind === 'sessions' && isListedElsewhere(connectors, grants, product, accountId);
      const fixed = { brand, platform: connector, keeper, clock, states, buffer, concurrency: CONCURRENT_ACCOUNTS, leaveOut };
      walks.push({
        platform,
        product,
        accounts,
        states,
        round: (scope, signal) => new CollectionRound({ ...fixed, signal }, scope).run(granted, accounts),
      });
    }
    return walks;
  }
}

/** Accounts of one product with their states and grants, ready for one round or many. */
interface AccountWalk {
  platform: PlatformName;
  product: GrantProduct;
  accounts: string[];
  states: CollectionStates;
  round(scope: ConstructorParameters<typeof CollectionRound>[1], signal: AbortSignal): Promise<RoundOutcome>;
}

/** Jobs that were written together tell the counts of the whole write: each write counts once. */
function countsOf(reports: readonly StreamReport[]): CountsByKind {
  const counts: CountsByKind = {};
  const flushes = new Map(reports.flatMap(({ committed }) => (committed ? [[committed.flush, committed.counts] as const] : [])));
  for (const written of flushes.values()) addCounts(counts, written);
  return counts;
}

/** An account whose owner has to act is told of once, not for each of its kinds. */
function failuresOf(reports: readonly StreamReport[]): CollectFailure[] {
  const told = new Set<string>();
  return reports
    .flatMap(({ failure }) => failure ?? [])
    .sort((a, b) => (a.accountId < b.accountId ? -1 : 1))
    .filter(({ accountId, action }) => action !== 'mark-revoked' || (!told.has(accountId) && told.add(accountId)));
}

const goodTry = (
  brand: Brand,
  { product, accountId, kind, at }: { product: GrantProduct; accountId: string; kind: string; at: number },
): StreamTry => ({
  brandId: brand.brandId,
  product,
  accountId,
  kind,
  at,
  day: businessDay(at, brand.zone),
  error: null,
  nextTryAt: null,
  newestFactAt: null,
  newestFactDay: null,
});

const failedTry = (brand: Brand, product: GrantProduct, { accountId, kind, action, code, endpoint, at }: CollectFailure): StreamTry => ({
  ...goodTry(brand, { product, accountId, kind, at }),
  error: { class: errorClass({ action, wireCode: code }), code, endpoint },
});

/** The brand of an id, or VitrineError('not_found'). */
export async function brandById(dataSource: DataSource, brandId: number): Promise<Brand> {
  const [brand] = (await dataSource.query('SELECT brand_id AS "brandId", code, name, zone FROM brand WHERE brand_id = $1', [
    brandId,
  ])) as Brand[];
  if (!brand)
    throw new VitrineError('not_found', { zh: `没有编号为 ${brandId} 的品牌`, en: `There is no brand with the number ${brandId}` });
  return brand;
}
