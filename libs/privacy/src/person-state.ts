import { holdInTransaction } from '@app/database';
import type { DataSource, EntityManager } from 'typeorm';
import { hexOf } from './person-keys';

/**
 * Removes what the state store holds under the keys of a person: their declaration as staff with every former version of it, proposals to call them a sentinel,
 * comments that wait for their session. Answers rows by table; run again it finds none.
 */
export function removeFromState(dataSource: DataSource, brandId: number, keys: readonly string[]): Promise<Record<string, number>> {
  return dataSource.transaction(async (tx) => {
    await holdInTransaction(tx, { lock: 'state', of: brandId });
    const hexes = keys.map(hexOf);
    const removed: Record<string, number> = {};
    const note = ([, rows]: [unknown, number], table: string) => {
      if (rows > 0) removed[table] = rows;
    };
    note(
      (await tx.query('DELETE FROM declaration WHERE brand_id = $1 AND viewer_keys && $2::text[]', [brandId, keys])) as [unknown, number],
      'declaration',
    );
    await removeVersions(tx, brandId, keys);
    note(
      (await tx.query(`DELETE FROM sentinel_proposal WHERE brand_id = $1 AND split_part(viewer, ':', 2) = ANY ($2)`, [brandId, hexes])) as [
        unknown,
        number,
      ],
      'sentinel_proposal',
    );
    note(
      (await tx.query(
        `UPDATE webhook_message SET content = jsonb_set(content, '{comments}', (
           SELECT coalesce(jsonb_agg(one), '[]') FROM jsonb_array_elements(content -> 'comments') AS one
           WHERE split_part(coalesce(one -> 'viewers' ->> $1, ''), ':', 2) <> ALL ($2)
         ))
         WHERE content ->> 'what' = 'comments' AND EXISTS (
           SELECT FROM jsonb_array_elements(content -> 'comments') AS one WHERE split_part(coalesce(one -> 'viewers' ->> $1, ''), ':', 2) = ANY ($2)
         )`,
        [String(brandId), hexes],
      )) as [unknown, number],
      'webhook_message',
    );
    return removed;
  });
}

/** The history of the state is append only but for this (docs/adr/0012): the versions of what a person was declared as go with them. */
async function removeVersions(tx: EntityManager, brandId: number, keys: readonly string[]): Promise<void> {
  const theirs = `brand_id = $1 AND table_name = 'declaration' AND content -> 'viewer_keys' ?| $2::text[]`;
  const rows = (await tx.query(`SELECT FROM state_version WHERE ${theirs} LIMIT 1`, [brandId, keys])) as unknown[];
  if (rows.length === 0) return;
  await tx.query('ALTER TABLE state_version DISABLE TRIGGER state_version_append_only');
  await tx.query(`DELETE FROM state_version WHERE ${theirs}`, [brandId, keys]);
  await tx.query('ALTER TABLE state_version ENABLE TRIGGER state_version_append_only');
}
