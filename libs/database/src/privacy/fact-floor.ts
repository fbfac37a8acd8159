import type { DataSource, EntityManager } from 'typeorm';

/** The first business month (`YYYY-MM`) of which every entry is kept; null: all there ever were. */
export async function factFloor(store: DataSource | EntityManager, brandId: number): Promise<string | null> {
  const [row] = (await store.query('SELECT month FROM fact_floor WHERE brand_id = $1', [brandId])) as { month: string }[];
  return row?.month ?? null;
}

/** Raises the floor; it never falls. Call it before anything is deleted. */
export async function raiseFactFloor(store: DataSource | EntityManager, brandId: number, month: string): Promise<void> {
  await store.query(
    `INSERT INTO fact_floor (brand_id, month) VALUES ($1, $2)
     ON CONFLICT (brand_id) DO UPDATE SET month = greatest(fact_floor.month, excluded.month)`,
    [brandId, month],
  );
}
