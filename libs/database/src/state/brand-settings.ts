import type { Actor } from '@app/contracts';
import type { DataSource } from 'typeorm';
import { recordAct } from '../audit/act.repository';

/** May people of dealers see the others of a ranking as places without names? */
export async function showsNeighbours(dataSource: DataSource, brandId: number): Promise<boolean> {
  const [found] = (await dataSource.query('SELECT shows_neighbours AS shows FROM brand WHERE brand_id = $1', [brandId])) as {
    shows: boolean;
  }[];
  return found?.shows ?? false;
}

/** Switches it; what changes is in the audit log. */
export async function setShowsNeighbours(dataSource: DataSource, brandId: number, shows: boolean, actor: Actor): Promise<void> {
  await dataSource.transaction(async (tx) => {
    const [before] = (await tx.query('SELECT code, shows_neighbours AS shows FROM brand WHERE brand_id = $1 FOR UPDATE', [brandId])) as {
      code: string;
      shows: boolean;
    }[];
    if (!before || before.shows === shows) return;
    await tx.query('UPDATE brand SET shows_neighbours = $2 WHERE brand_id = $1', [brandId, shows]);
    const told = { subject: `brand/${before.code}`, before: { showsNeighbours: before.shows }, after: { showsNeighbours: shows } };
    await recordAct(tx, { brandId, actor, action: 'brand.change', ...told, reason: null });
  });
}
