import { VitrineError, type SentinelProposal, type SentinelSuspect, type SentinelState } from '@app/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import { sha256Hex } from '../audit/act-chain';
import { recordAct } from '../audit/act.repository';
import { actorNow } from '../audit/acting';
import { SentinelProposalEntity } from '../entities/sentinel-proposal.entity';
import { holdInTransaction } from '../locks/locks';

/** Proposals for the list of sentinels (domain.md 3.5): behaviour proposes, a person decides. */
export class SentinelProposalRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(brandId: number, state?: SentinelState): Promise<SentinelProposal[]> {
    const found = await this.dataSource.getRepository(SentinelProposalEntity).find({
      where: { brandId, ...(state ? { state } : {}) },
      order: { state: 'ASC', proposedAt: 'DESC', viewer: 'ASC' },
    });
    return found.map(proposalOf);
  }

  /** Keeps what was found. What is proposed already gets the newer evidence; what was decided stays decided. Answers how many are new. */
  async propose(brandId: number, suspects: readonly SentinelSuspect[]): Promise<number> {
    let made = 0;
    for (const one of suspects) {
      const [row] = (await this.dataSource.query(
        `INSERT INTO sentinel_proposal (brand_id, viewer, platform, entries, session_entries, largest_share, rooms_at_once, rooms, first_seen_at, last_seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, to_timestamp($9::numeric / 1000), to_timestamp($10::numeric / 1000))
         ON CONFLICT (brand_id, viewer) DO UPDATE SET entries = excluded.entries, session_entries = excluded.session_entries,
           largest_share = excluded.largest_share, rooms_at_once = excluded.rooms_at_once, rooms = excluded.rooms,
           first_seen_at = least(sentinel_proposal.first_seen_at, excluded.first_seen_at),
           last_seen_at = greatest(sentinel_proposal.last_seen_at, excluded.last_seen_at)
         WHERE sentinel_proposal.state = 'proposed'
         RETURNING (xmax = 0) AS made`,
        [
          brandId,
          one.viewer,
          one.platform,
          one.entries,
          one.sessionEntries,
          one.largestShare,
          one.roomsAtOnce,
          one.rooms,
          one.firstSeenAt,
          one.lastSeenAt,
        ],
      )) as { made: boolean }[];
      if (row?.made) made++;
    }
    return made;
  }

  /** Puts the key (with those that entries carry beside it) into the list of sentinels. Throws `not_found`, `conflict` when it was decided otherwise. */
  accept(brandId: number, viewer: string, decision: { keys: readonly string[]; note: string | null }): Promise<SentinelProposal> {
    return this.decide(brandId, viewer, { state: 'accepted', note: decision.note }, async (tx) => {
      for (const key of new Set([viewer, ...decision.keys]))
        await tx.query(
          'INSERT INTO sentinel (brand_id, viewer) VALUES ($1, $2) ON CONFLICT (brand_id, viewer) DO UPDATE SET valid_to = NULL',
          [brandId, key],
        );
    });
  }

  reject(brandId: number, viewer: string, note: string | null): Promise<SentinelProposal> {
    return this.decide(brandId, viewer, { state: 'rejected', note }, () => Promise.resolve());
  }

  private decide(
    brandId: number,
    viewer: string,
    { state, note }: { state: SentinelState; note: string | null },
    then: (tx: EntityManager) => Promise<void>,
  ): Promise<SentinelProposal> {
    return this.dataSource.transaction(async (tx) => {
      await holdInTransaction(tx, { lock: 'state', of: brandId });
      const found = await tx.findOneBy(SentinelProposalEntity, { brandId, viewer });
      if (!found) throw unknownProposal();
      if (found.state === state) return proposalOf(found);
      if (found.state !== 'proposed') throw decided(found.state);
      await tx.update(SentinelProposalEntity, { brandId, viewer }, { state, note, decidedAt: new Date() });
      await then(tx);
      await recordAct(tx, {
        brandId,
        actor: actorNow(),
        action: state === 'accepted' ? 'sentinel.accept' : 'sentinel.reject',
        // a key of a viewer would stay in the log for ever
        subject: `sentinel-proposal/${sha256Hex(viewer).slice(0, 12)}`,
        before: { state: found.state },
        after: { state },
        reason: note,
      });
      return proposalOf((await tx.findOneBy(SentinelProposalEntity, { brandId, viewer }))!);
    });
  }
}

const proposalOf = (entity: SentinelProposalEntity): SentinelProposal => ({
  viewer: entity.viewer,
  platform: entity.platform,
  entries: Number(entity.entries),
  sessionEntries: Number(entity.sessionEntries),
  largestShare: Number(entity.largestShare),
  roomsAtOnce: entity.roomsAtOnce,
  rooms: entity.rooms,
  firstSeenAt: entity.firstSeenAt.getTime(),
  lastSeenAt: entity.lastSeenAt.getTime(),
  proposedAt: entity.proposedAt.getTime(),
  state: entity.state,
  decidedAt: entity.decidedAt?.getTime() ?? null,
  note: entity.note,
});

const unknownProposal = () =>
  new VitrineError(
    'not_found',
    { zh: '没有这条占位 ID 提议', en: 'There is no such proposal' },
    { remedy: { zh: '用 vitrine sentinels list 查看', en: 'See vitrine sentinels list' } },
  );

const decided = (state: SentinelState) =>
  new VitrineError(
    'conflict',
    { zh: `该提议已处理（${state === 'accepted' ? '已采纳' : '已驳回'}）`, en: `The proposal is ${state} already` },
    {
      remedy: {
        zh: '要撤回已采纳的占位 ID，请导入 sentinels 并填写 validTo',
        en: 'To take an accepted one back, import it as sentinels with a validTo',
      },
    },
  );
