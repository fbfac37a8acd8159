import '../support/on-two-shards';
import './value-properties.int-spec';

it('these properties were tried on two shards', () => expect(process.env.VITRINE_TEST_SHARDS).toBe('2'));
