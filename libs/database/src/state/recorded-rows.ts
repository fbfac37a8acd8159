import type { Actor } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { canonicalJson, sha256Hex } from '../audit/act-chain';
import { recordAct } from '../audit/act.repository';
import type { StateKind } from './state-rows';
import type { Change } from './upsert';

/** So many rows are told one by one; of more the act has the number and one hash over all. */
const TOLD = 50;

/** Kinds whose changes are written down where they are made, as versions or one by one. */
const ELSEWHERE: readonly StateKind[] = ['policies', 'rate-cards', 'opening-values'];

/**
 * Fields that are never in an act, for it can never be taken back: tokens and secrets, keys of viewers, what people are called, free text.
 */
const WITHHELD: Readonly<Partial<Record<StateKind, readonly string[]>>> = {
  grants: ['accessToken', 'refreshToken', 'appSecret'],
  declarations: ['viewerKeys', 'detail'],
  accounts: ['name', 'handle', 'unionId'],
  sentinels: ['viewer'],
};

/** Writes down what an import of a kind of state changed. */
export async function recordRows(
  tx: EntityManager,
  { kind, brandId, actor }: { kind: StateKind; brandId: number; actor: Actor },
  changes: readonly Change<unknown>[],
): Promise<void> {
  if (ELSEWHERE.includes(kind)) return;
  const said = changes.map(({ before, after }) => ({ before: told(kind, before), after: told(kind, after) }));
  const rows = changes.length;
  const listed = rows <= TOLD;
  await recordAct(tx, {
    brandId,
    actor,
    action: `${kind}.import`,
    subject: kind,
    before: listed ? said.flatMap(({ before }) => (before === null ? [] : [before])) : null,
    after: listed
      ? said.map(({ after }) => after)
      : { rows, new: changes.filter(({ before }) => before === null).length, contentHash: sha256Hex(canonicalJson(said)) },
    reason: null,
  });
}

function told(kind: StateKind, item: unknown): object | null {
  if (typeof item !== 'object' || item === null) return null;
  const withheld = WITHHELD[kind] ?? [];
  return Object.fromEntries(
    Object.entries(item)
      .filter(([field]) => !withheld.includes(field))
      .map(([field, value]: [string, unknown]) => [field, typeof value === 'string' ? keptText(value) : value]),
  );
}

/** As the store keeps it: half a surrogate pair becomes U+FFFD there. */
const keptText = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');
