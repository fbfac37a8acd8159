import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';

/** Rows go in by the thousand, as one JSON parameter: PostgreSQL takes 65,535 parameters a statement, and TypeORM's own upsert is many times slower. */
const CHUNK = 1000;

/**
 * Inserts rows of an entity, or on a known identity (the primary key) writes all given properties; `keep` leaves the known ones as they are.
 * All rows have the properties of the first. Names come from the entity's declaration, values from parameters.
 */
export async function upsertMany<Entity extends ObjectLiteral>(
  tx: EntityManager,
  entity: EntityTarget<Entity>,
  rows: readonly Partial<Entity>[],
  onKnown: 'write' | 'keep' = 'write',
): Promise<void> {
  if (rows.length === 0) return;
  const { tablePath, columns } = tx.getRepository(entity).metadata;
  const given = columns.filter((column) => column.propertyName in rows[0]);
  const quoted = (some: typeof columns) => some.map((column) => `"${column.databaseName}"`);
  const names = quoted(given).join(', ');
  const key = quoted(columns.filter((column) => column.isPrimary)).join(', ');
  const changed = quoted(given.filter((column) => !column.isPrimary)).map((name) => `${name} = excluded.${name}`);
  const action = onKnown === 'write' && changed.length > 0 ? `DO UPDATE SET ${changed.join(', ')}` : 'DO NOTHING';
  const sql = `INSERT INTO "${tablePath}" (${names})
    SELECT ${names} FROM jsonb_populate_recordset(NULL::"${tablePath}", $1::jsonb)
    ON CONFLICT (${key}) ${action}`;
  for (let at = 0; at < rows.length; at += CHUNK) {
    const records = rows
      .slice(at, at + CHUNK)
      .map((row) => Object.fromEntries(given.map((column) => [column.databaseName, row[column.propertyName] as unknown])));
    await tx.query(sql, [JSON.stringify(records)]);
  }
}
