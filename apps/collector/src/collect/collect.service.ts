import type { DataSource } from 'typeorm';
import { PLATFORMS, VitrineError, type Brand, type Platform as PlatformName } from '@app/contracts';
import type { Clock } from '@app/config';
import { GrantKeeper, type GrantStore, type Platforms } from '@app/platforms';
import { parsePayload, type CollectKind, type CollectPayload, type JobQueue } from '@app/queue';
import { CollectionBuffer } from './collection-buffer';
import { CollectionRound, type CollectFailure, type RoundOutcome } from './collection-round';
import { CollectionStates } from './collection-state';
import { addCounts, type CollectionWriter, type CountsByKind } from './collection.writer';

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
  platforms: Platforms;
  writer: CollectionWriter;
  queue: JobQueue;
  clock: Clock;
  brandOf: (brandId: number) => Promise<Brand>;
}

const DEFAULT_KINDS: readonly CollectKind[] = ['sessions', 'videos', 'followers'];
const ACCOUNTS_PER_JOB = 500;
const CONCURRENT_ACCOUNTS = 32;
const REPLAY_FOLLOWERS_DAYS = 7;
const HELD_ROWS = 100_000;

/** Collects accounts: as jobs (`collectNow`, schedules) or, for a past that a virtual clock walks through, round by round (`replay`). */
export class CollectService {
  private readonly keeper: GrantKeeper;

  constructor(private readonly parts: CollectServiceParts) {
    this.keeper = new GrantKeeper(parts.grants, parts.clock);
  }

  /** Enqueues the jobs and waits for them. Needs a running worker, in this process or another. */
  async collectNow(request: CollectRequest, onProgress?: (progress: CollectProgress) => void): Promise<CollectSummary[]> {
    const platforms = request.platform ? [request.platform] : [...PLATFORMS];
    const jobs: Promise<CollectSummary>[] = [];
    for (const name of platforms) {
      const granted = await this.parts.grants.list(request.brandId, this.parts.platforms[name].product);
      const wanted = request.accounts ?? [...granted.keys()];
      const accounts = wanted.filter((account) => granted.has(account));
      const withoutGrant = request.platform ? wanted.filter((account) => !granted.has(account)) : [];
      jobs.push(this.runJobs(name, accounts, withoutGrant, request, onProgress));
    }
    return Promise.all(jobs);
  }

  private async runJobs(
    platform: PlatformName,
    accounts: string[],
    withoutGrant: string[],
    request: CollectRequest,
    onProgress?: (progress: CollectProgress) => void,
  ): Promise<CollectSummary> {
    const summary: CollectSummary = { platform, accounts: accounts.length, withoutGrant, counts: {}, failures: [] };
    const { brandId, kinds, from, to } = request;
    for (let start = 0; start < accounts.length; start += ACCOUNTS_PER_JOB) {
      const chunk = accounts.slice(start, start + ACCOUNTS_PER_JOB);
      // parsed here too: a mistake is the caller's error, not a job that fails five times
      const payload = parsePayload('collect', { brandId, platform, accounts: chunk, kinds, from, to });
      const id = await this.parts.queue.enqueue('collect', payload);
      const report = (state: object): void => {
        if ('done' in state && typeof state.done === 'number') onProgress?.({ platform, done: start + state.done, total: accounts.length });
      };
      const part = (await this.parts.queue.wait('collect', id, report)) as CollectSummary;
      addCounts(summary.counts, part.counts);
      summary.failures.push(...part.failures);
    }
    onProgress?.({ platform, done: accounts.length, total: accounts.length });
    return summary;
  }

  /** The daily round of a platform: jobs for all its accounts with a grant. */
  async enqueueRound(brandId: number, platform: PlatformName): Promise<string[]> {
    const accounts = [...(await this.parts.grants.list(brandId, this.parts.platforms[platform].product)).keys()];
    const ids: string[] = [];
    for (let start = 0; start < accounts.length; start += ACCOUNTS_PER_JOB)
      ids.push(await this.parts.queue.enqueue('collect', { brandId, platform, accounts: accounts.slice(start, start + ACCOUNTS_PER_JOB) }));
    return ids;
  }

  /** The work of one `collect` job. Delivered twice it reads again, and changes no report. */
  async collectChunk(payload: CollectPayload, signal: AbortSignal, onProgress?: (done: number) => void): Promise<CollectSummary> {
    const { brandId, platform, accounts, kinds = DEFAULT_KINDS, from, to } = payload;
    const brand = await this.parts.brandOf(brandId);
    const walk = await this.walk(brand, platform, accounts, new CollectionBuffer());
    let done = 0;
    const outcome = await walk.round({ kinds, from, to, followersEveryDays: 1 }, signal, () => onProgress?.(++done));
    const counts = await this.parts.writer.write(brand, walk.buffer);
    await walk.states.save();
    return { platform, accounts: accounts.length, withoutGrant: walk.withoutGrant, counts, failures: outcome.failures };
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
    for (const name of request.platforms ?? PLATFORMS) {
      const granted = await this.parts.grants.list(brandId, this.parts.platforms[name].product);
      if (granted.size > 0) walks.push(await this.walk(brand, name, [...granted.keys()], buffer));
    }
    const summary: ReplaySummary = {
      rounds: instants.length,
      accounts: walks.reduce((sum, walk) => sum + walk.accounts.length, 0),
      counts: {},
      failures: [],
    };
    for (const [index, instant] of instants.entries()) {
      signal.throwIfAborted();
      await moveTo(instant);
      const last = index === instants.length - 1;
      const scope = { kinds: DEFAULT_KINDS, followersEveryDays: last ? 1 : REPLAY_FOLLOWERS_DAYS };
      const outcomes = await Promise.all(walks.map((walk) => walk.round(scope, signal)));
      for (const { failures } of outcomes) summary.failures.push(...failures);
      if (last || (index + 1) % roundsPerWrite === 0 || buffer.size >= HELD_ROWS) {
        addCounts(summary.counts, await this.parts.writer.write(brand, buffer));
        for (const { states } of walks) await states.save();
      }
      onRound?.(index + 1, instants.length);
    }
    return summary;
  }

  private async walk(brand: Brand, platform: PlatformName, accounts: readonly string[], buffer: CollectionBuffer): Promise<AccountWalk> {
    const { dataSource, platforms, clock } = this.parts;
    const grants = await this.parts.grants.list(brand.brandId, platforms[platform].product);
    const states = await CollectionStates.load(dataSource, brand.brandId, platform, accounts);
    const fixed = { brand, platform: platforms[platform], keeper: this.keeper, clock, states, buffer, concurrency: CONCURRENT_ACCOUNTS };
    return {
      platform,
      accounts: accounts.filter((account) => grants.has(account)),
      withoutGrant: accounts.filter((account) => !grants.has(account)),
      states,
      buffer,
      round: (scope, signal, onAccount) => new CollectionRound({ ...fixed, signal }, scope).run(grants, accounts, onAccount),
    };
  }
}

/** Accounts of one platform with their states and grants, ready for one round or many. */
interface AccountWalk {
  platform: PlatformName;
  accounts: string[];
  withoutGrant: string[];
  states: CollectionStates;
  buffer: CollectionBuffer;
  round(scope: ConstructorParameters<typeof CollectionRound>[1], signal: AbortSignal, onAccount?: () => void): Promise<RoundOutcome>;
}

/** The brand of an id, or VitrineError('not_found'). */
export async function brandById(dataSource: DataSource, brandId: number): Promise<Brand> {
  const [brand] = (await dataSource.query('SELECT brand_id AS "brandId", code, name, zone FROM brand WHERE brand_id = $1', [
    brandId,
  ])) as Brand[];
  if (!brand)
    throw new VitrineError('not_found', { zh: `没有编号为 ${brandId} 的品牌`, en: `There is no brand with the number ${brandId}` });
  return brand;
}
