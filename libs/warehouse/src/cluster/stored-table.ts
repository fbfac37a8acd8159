import type { WarehouseAddress } from '../warehouse';

const quoted = (name: string) => `\`${name.replace(/[\\`]/g, '\\$&')}\``;

/**
 * Where the rows of a table are stored, for statements that Distributed tables refuse (DELETE, OPTIMIZE, DROP PARTITION):
 * `DELETE FROM ${table}${onCluster} WHERE …`. Tables that such a statement reads are named in the same way: every node looks at its own rows.
 */
export function storedTable({ cluster, database }: WarehouseAddress, name: string): { table: string; onCluster: string } {
  if (!cluster) return { table: name, onCluster: '' };
  return { table: `${quoted(database)}.${quoted(`${name}_local`)}`, onCluster: ` ON CLUSTER ${quoted(cluster)}` };
}
