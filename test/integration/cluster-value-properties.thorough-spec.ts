import '../support/on-two-shards';

// cluster.int-spec compares every report of two shards with those of one server; the worlds on top of it take minutes
// eslint-disable-next-line @typescript-eslint/no-require-imports -- which suite is loaded is known only now
if (process.env.VITRINE_TEST_LONG) require('./value-properties.thorough-spec');

it('these properties are tried on two shards', () => expect(process.env.VITRINE_TEST_SHARDS).toBe('2'));
