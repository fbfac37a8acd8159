import { entriesTable } from '../tables/facts';
import { trimStatement } from './retention';

describe('trimming the landing log', () => {
  it('on a cluster every shard deletes among its own rows; without one the server among all', () => {
    const shards = trimStatement(entriesTable, true, { cluster: 'main', database: 'vitrine' });
    expect(shards).toMatch(/^DELETE FROM `vitrine`\.entries_landing_local ON CLUSTER `main`\nWHERE /);
    expect(shards.match(/entries_landing(?!_local)/)).toBeNull();
    const server = trimStatement(entriesTable, true, { database: 'vitrine' });
    expect(server).not.toMatch(/_local|CLUSTER/);
  });
});
