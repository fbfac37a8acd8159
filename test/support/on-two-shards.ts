// Imported first by a spec that repeats another one: its stores are on two shards. Jest gives every spec file an environment of its own.
process.env.VITRINE_TEST_SHARDS = '2';
