import { Readable } from 'node:stream';
import { monthNumber } from '@app/contracts';
import type { KeptFigure } from '@app/reports';
import type { Warehouse } from '@app/warehouse';

interface CloseName {
  brandId: number;
  month: string;
  closeId: string;
}

/** Writes the figures of a close. When it throws, rows may be there or not: they belong to no close until one is recorded, and are swept. */
export async function writeFigures(
  warehouse: Warehouse,
  { brandId, month, closeId }: CloseName,
  figures: readonly KeptFigure[],
): Promise<void> {
  const line = ({ regions, ...figure }: KeptFigure) =>
    `${JSON.stringify({ brand_id: brandId, month: monthNumber(month), close_id: closeId, ...figure, regions: regions ?? '' })}\n`;
  await warehouse.insertStream('INSERT INTO close_figures FORMAT JSONEachRow', Readable.from(lines(figures, line), { objectMode: false }));
}

function* lines(figures: readonly KeptFigure[], line: (figure: KeptFigure) => string): Generator<string> {
  for (let at = 0; at < figures.length; at += 200)
    yield figures
      .slice(at, at + 200)
      .map(line)
      .join('');
}

/** How many figures of a close there are. */
export async function countFigures(warehouse: Warehouse, { brandId, month, closeId }: CloseName): Promise<number> {
  const [{ rows }] = await warehouse.query<{ rows: string }>({
    name: 'close.count',
    sql: 'SELECT count() AS rows FROM close_figures WHERE brand_id = {brandId: UInt32} AND month = {month: UInt32} AND close_id = {closeId: String}',
    params: { brandId, month: monthNumber(month), closeId },
  });
  return Number(rows);
}

/** Closes of a brand that have figures, recorded or not. */
export async function listFigureCloses(warehouse: Warehouse, brandId: number): Promise<{ closeId: string; month: string }[]> {
  const found = await warehouse.query<{ closeId: string; month: number }>({
    name: 'close.ids',
    sql: 'SELECT DISTINCT close_id AS closeId, month FROM close_figures WHERE brand_id = {brandId: UInt32} ORDER BY month, close_id',
    params: { brandId },
  });
  return found.map(({ closeId, month }) => ({ closeId, month: `${Math.floor(month / 100)}-${String(month % 100).padStart(2, '0')}` }));
}

/** Removes the figures of closes that were given up: those of any other stay, also of one that the state does not know. */
export async function sweepFigures(warehouse: Warehouse, brandId: number, givenUp: readonly string[]): Promise<void> {
  if (givenUp.length === 0) return;
  const found = new Set((await listFigureCloses(warehouse, brandId)).map(({ closeId }) => closeId));
  const { cluster, database } = warehouse.address;
  const table = cluster ? `\`${database}\`.close_figures_local ON CLUSTER \`${cluster}\`` : 'close_figures';
  for (const closeId of givenUp.filter((one) => found.has(one)))
    await warehouse.command(
      `DELETE FROM ${table} WHERE brand_id = {brandId: UInt32} AND close_id = {closeId: String} SETTINGS lightweight_deletes_sync = 2`,
      { brandId, closeId },
    );
}
