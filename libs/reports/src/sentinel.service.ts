import { keysBeside, sentinelSuspects } from '@app/analytics';
import { Period, Platform, SentinelProposal, SentinelState, VitrineError } from '@app/contracts';
import { SentinelProposalRepository, StateReader, loadViewerKeys } from '@app/database';
import { withUndeclared } from './brand-facts.reader';
import type { ReportStores } from './report-stores';

const LOOK_BACK_MS = 35 * 86_400_000;

/** Proposals for the list of sentinels (domain.md 3.5): looks for ids that behave like no person, and takes a person's decision. */
export class SentinelService {
  private readonly proposals: SentinelProposalRepository;
  private readonly reader: StateReader;

  constructor(private readonly stores: ReportStores) {
    this.proposals = new SentinelProposalRepository(stores.dataSource);
    this.reader = new StateReader(stores.dataSource, stores.secret);
  }

  async list(state?: SentinelState, brand?: string): Promise<SentinelProposal[]> {
    return this.proposals.list((await this.reader.brand(brand)).brandId, state);
  }

  /** Looks through a period (default: the last 35 days) and keeps what it finds as proposals; decisions stay. */
  async propose(period?: Partial<Period>, brand?: string): Promise<{ found: number; proposed: number }> {
    const { warehouse, dataSource, secret, clock } = this.stores;
    const { brandId } = await this.reader.brand(brand);
    const to = period?.to ?? clock.now();
    const state = await withUndeclared(warehouse, await this.reader.state(brandId));
    const keys = await loadViewerKeys(dataSource, secret, brandId);
    const found = await sentinelSuspects(warehouse, state, { from: period?.from ?? to - LOOK_BACK_MS, to });
    const suspects = found.map(({ viewer, platform, ...evidence }) => ({
      ...evidence,
      platform: platform as Platform,
      viewer: keys.exported(viewer, evidence.firstSeenAt),
    }));
    return { found: suspects.length, proposed: await this.proposals.propose(brandId, suspects) };
  }

  /** Puts the key, and those that the same viewer has before and after a change, into the list. Throws not_found, conflict. */
  async accept(viewer: string, note: string | null, brand?: string): Promise<SentinelProposal> {
    const { warehouse, dataSource, secret } = this.stores;
    const { brandId } = await this.reader.brand(brand);
    const keys = await loadViewerKeys(dataSource, secret, brandId);
    const beside = await keysBeside(warehouse, brandId, keyOf(viewer));
    const known = beside.flatMap(({ former, next, at }) => [keys.exported(former, at), keys.exportedNext(next, at)]);
    return this.proposals.accept(brandId, viewer, { keys: known.filter((key) => key !== ''), note });
  }

  async reject(viewer: string, note: string | null, brand?: string): Promise<SentinelProposal> {
    return this.proposals.reject((await this.reader.brand(brand)).brandId, viewer, note);
  }
}

function keyOf(viewer: string): bigint {
  const hex = /^vk\d{1,9}:([0-9a-f]{16})$/.exec(viewer)?.[1];
  if (hex) return BigInt(`0x${hex}`);
  throw new VitrineError(
    'bad_input',
    { zh: '不是观众密钥', en: 'This is no viewer key' },
    { remedy: { zh: '请写成 vk1:… 的形式', en: 'Write it as vk1:…, as the list shows it' } },
  );
}
