import type { Action, Actor, ApiKey, MadeApiKey, Standing } from '@app/contracts';
import { recordAct } from '@app/database';
import type { EntityManager } from 'typeorm';
import { ApiKeyRepository } from './api-keys/api-key.repository';
import { apiKeyOver, badField, signInNeeded } from './identity-errors';
import type { IdentityParts } from './identity-parts';
import { assertGrantsExist, parsedGrants } from './users/grant-rules';
import { holdUser } from './users/user.repository';

const DAY = 86_400_000;
const LONGEST_DAYS = 366;
const LONGEST_OVERLAP_DAYS = 30;

export interface ApiKeyAsk {
  name: string;
  actions: readonly string[];
  grants: unknown;
  /** Ends after so many days. */
  days: number;
  /** The role that let the maker through; absent: the operator. */
  makerRole?: Standing;
}

/** Keys of programs: made, listed, rotated, revoked. Every act is in the audit log. */
export class ApiKeyService {
  readonly #keys: ApiKeyRepository;

  /** `carried`: the actions that a key may be made for at all. */
  constructor(
    private readonly parts: IdentityParts,
    private readonly carried: readonly Action[],
  ) {
    this.#keys = new ApiKeyRepository(parts.dataSource);
  }

  list(brandId: number): Promise<ApiKey[]> {
    return this.#keys.list(brandId);
  }

  /**
   * Throws `unprocessable` for actions that no key may carry, grants that name nothing, or a life of more than a year, `unauthorized` when the maker was disabled
   * or got another role meanwhile.
   */
  async create(brandId: number, ask: ApiKeyAsk, actor: Actor): Promise<MadeApiKey> {
    const now = this.parts.clock.now();
    const actions = this.actionsOf(ask.actions);
    const grants = parsedGrants(ask.grants);
    const days = within('days', ask.days, LONGEST_DAYS);
    return this.parts.dataSource.transaction(async (tx) => {
      await assertStands(tx, brandId, actor, ask.makerRole);
      await assertGrantsExist(tx, brandId, grants);
      const made = await this.#keys.insert(
        tx,
        brandId,
        { name: ask.name.trim(), owner: actor, actions, grants, expiresAt: now + days * DAY },
        now,
      );
      await this.record(tx, brandId, { actor, action: 'api-key.create', key: made.key });
      return made;
    });
  }

  /** Ends a key at once. Again: no change. Throws `not_found`. */
  revoke(brandId: number, keyId: string, actor: Actor): Promise<ApiKey> {
    return this.parts.dataSource.transaction(async (tx) => {
      const before = await this.#keys.hold(tx, brandId, keyId);
      if (before.revokedAt !== null) return before;
      await this.#keys.revoke(tx, keyId, this.parts.clock.now());
      const key = await this.#keys.get(tx, brandId, keyId);
      await this.record(tx, brandId, { actor, action: 'api-key.revoke', key, before });
      return key;
    });
  }

  /** A new key of the same scope; the former one goes on for the overlap. Whoever rotates is its owner. Throws as `create`, `not_found`, `conflict` for one that is over. */
  async rotate(
    brandId: number,
    keyId: string,
    { days, overlapDays, makerRole }: Pick<ApiKeyAsk, 'days' | 'makerRole'> & { overlapDays: number },
    actor: Actor,
  ): Promise<MadeApiKey> {
    const now = this.parts.clock.now();
    const until = now + within('overlapDays', overlapDays, LONGEST_OVERLAP_DAYS) * DAY;
    const expiresAt = now + within('days', days, LONGEST_DAYS) * DAY;
    return this.parts.dataSource.transaction(async (tx) => {
      await assertStands(tx, brandId, actor, makerRole);
      const before = await this.#keys.hold(tx, brandId, keyId);
      if (before.revokedAt !== null || before.replacedBy !== null || Date.parse(before.expiresAt) <= now) throw apiKeyOver();
      const { name, actions, grants } = before;
      const made = await this.#keys.insert(tx, brandId, { name, owner: actor, actions, grants, expiresAt }, now);
      await this.#keys.replace(tx, keyId, { replacedBy: made.key.keyId, until });
      await this.record(tx, brandId, { actor, action: 'api-key.rotate', key: made.key, before });
      return made;
    });
  }

  private actionsOf(names: readonly string[]): Action[] {
    const actions = this.carried.filter((action) => names.includes(action));
    if (actions.length > 0 && names.every((name) => actions.some((action) => action === name))) return actions;
    throw badField(
      'actions',
      { zh: `密钥可用的操作有：${this.carried.join('、')}`, en: `A key can be made for: ${this.carried.join(', ')}` },
      { zh: '请只选择其中的操作', en: 'Choose among these only' },
    );
  }

  private record(
    tx: EntityManager,
    brandId: number,
    { actor, action, key, before }: { actor: Actor; action: string; key: ApiKey; before?: ApiKey },
  ): Promise<unknown> {
    return recordAct(tx, { brandId, actor, action, subject: `api-key/${key.keyId}`, before: before ?? null, after: key, reason: null });
  }
}

/** Held until the key is in: a change of the maker's role or state that comes at once ends the key with the others. */
async function assertStands(tx: EntityManager, brandId: number, actor: Actor, role: Standing | undefined): Promise<void> {
  if (actor.kind !== 'user') return;
  await tx.query('SELECT FROM brand WHERE brand_id = $1 FOR KEY SHARE', [brandId]); // the brand before its user, as whoever changes users
  const maker = await holdUser(tx, brandId, actor.id);
  if (maker.state !== 'active' || (role !== undefined && maker.role !== role)) throw signInNeeded();
}

function within(field: string, days: number, longest: number): number {
  if (Number.isInteger(days) && days >= (field === 'days' ? 1 : 0) && days <= longest) return days;
  throw badField(
    field,
    { zh: `天数须为不超过 ${longest} 的整数`, en: `The days must be a whole number of at most ${longest}` },
    { zh: '请更正天数', en: 'Correct the days' },
  );
}
