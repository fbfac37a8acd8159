import '../support/on-two-shards';
import './showroom-properties.int-spec';

it('these properties were tried on two shards', () => expect(process.env.VITRINE_TEST_SHARDS).toBe('2'));
