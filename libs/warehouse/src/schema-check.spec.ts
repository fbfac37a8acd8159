import { schemaDifferences, untestedVersion } from './schema-check';
import { followerReadingsTable } from './tables/facts';

const asDeclared = ['follower_readings_landing', 'follower_readings'].flatMap((table) =>
  Object.entries(followerReadingsTable.columns).map(([name, type]) => ({ table, name, type: type.replace('(3)', "(3, 'UTC')") })),
);

describe('the schema against its declaration', () => {
  it('is the same whatever the zone of an instant, and more columns do no harm', () => {
    const found = [...asDeclared, { table: 'follower_readings', name: 'version', type: 'UInt128' }];
    expect(schemaDifferences([followerReadingsTable], found)).toEqual([]);
  });

  it('names each column that is missing or of another type, also on the local part of a cluster', () => {
    const found = asDeclared
      .filter(({ table, name }) => !(table === 'follower_readings_landing' && name === 'total'))
      .map((column) => (column.table === 'follower_readings' && column.name === 'day' ? { ...column, type: 'Date32' } : column));
    const local = asDeclared.slice(0, 4).map((column) => ({ ...column, table: 'follower_readings_landing_local', type: 'String' }));
    const differences = schemaDifferences([followerReadingsTable], [...found, ...local]);
    expect(differences).toContainEqual({ table: 'follower_readings_landing', column: 'total', declared: 'UInt64', found: null });
    expect(differences).toContainEqual({ table: 'follower_readings', column: 'day', declared: 'Date', found: 'Date32' });
    expect(differences).toContainEqual({
      table: 'follower_readings_landing_local',
      column: 'account_key',
      declared: 'UInt64',
      found: 'String',
    });
  });

  it('the delivery is kept in the landing log only', () => {
    const found = asDeclared.filter(({ table, name }) => table.endsWith('_landing') || !['delivery_id', 'ingested_at'].includes(name));
    expect(schemaDifferences([followerReadingsTable], found)).toEqual([]);
  });

  it('an untested version is named with what is untested; a tested one is silent', () => {
    expect(untestedVersion('26.7.1.1')).toBeNull();
    expect(untestedVersion('27.1.2.3')).toMatchObject({ en: expect.stringMatching(/27\.1\.2\.3 is untested .*FINAL/) as string });
  });
});
