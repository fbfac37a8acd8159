import fc from 'fast-check';
import { CHAIN_START, ChainCheck, canonicalJson, hashOfAct, type ChainHead, type RecordedAct } from './act-chain';

const SEED = Number(process.env.VITRINE_TEST_SEED ?? 20261122);
const MS = Date.parse('2026-11-22T00:00:00Z');

const content = fc.record({
  actor: fc.record({ kind: fc.constantFrom('operator' as const, 'user' as const), id: fc.string(), name: fc.string() }),
  action: fc.constantFrom('proposal.activate', 'month.close', 'policies.import'),
  subject: fc.string({ minLength: 1 }),
  before: fc.jsonValue({ maxDepth: 2 }),
  after: fc.jsonValue({ maxDepth: 2 }),
  reason: fc.option(fc.string()),
});

type Content = Pick<RecordedAct, 'actor' | 'action' | 'subject' | 'before' | 'after' | 'reason'>;

function chainOf(contents: readonly Content[]): RecordedAct[] {
  let previousHash = CHAIN_START;
  return contents.map((one, at) => {
    const row = { ...one, brandId: 7, seq: at + 1, at: new Date(MS + at * 1000).toISOString(), previousHash };
    previousHash = hashOfAct(row);
    return { ...row, hash: previousHash };
  });
}
const headOf = (acts: readonly RecordedAct[]): ChainHead | null => acts.at(-1) ?? null;
function faultsOf(acts: readonly RecordedAct[], head: ChainHead | null, pieces = 1) {
  const check = new ChainCheck();
  for (let piece = 0; piece < pieces; piece++)
    check.take(acts.slice(Math.floor((acts.length * piece) / pieces), Math.floor((acts.length * (piece + 1)) / pieces)));
  return check.end(head);
}

/** Ways to tamper with a log of at least one row; each may leave it as it was. */
const tampering = fc.oneof(
  fc.record({ how: fc.constant('remove' as const), at: fc.nat() }),
  fc.record({ how: fc.constant('swap' as const), at: fc.nat(), other: fc.nat() }),
  fc.record({ how: fc.constant('repeat' as const), at: fc.nat() }),
  fc.record({
    how: fc.constant('edit' as const),
    at: fc.nat(),
    field: fc.constantFrom('action', 'subject', 'before', 'after', 'reason', 'at', 'brandId', 'seq', 'previousHash', 'hash', 'actor'),
    value: fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
  }),
  fc.record({ how: fc.constant('reseal' as const), at: fc.nat(), content }),
  fc.record({ how: fc.constant('forge' as const), at: fc.nat(), content }),
);

function tampered(acts: readonly RecordedAct[], how: typeof tampering extends fc.Arbitrary<infer How> ? How : never): RecordedAct[] {
  const at = how.at % acts.length;
  const copy = [...acts];
  if (how.how === 'remove') copy.splice(at, 1);
  if (how.how === 'repeat') copy.splice(at, 0, acts[at]);
  if (how.how === 'swap') [copy[at], copy[how.other % acts.length]] = [copy[how.other % acts.length], copy[at]];
  if (how.how === 'edit') copy[at] = { ...acts[at], [how.field]: how.value };
  // a row said anew, with its own hash made to fit
  if (how.how === 'reseal') {
    const row = { ...acts[at], ...how.content };
    copy[at] = { ...row, hash: hashOfAct(row) };
  }
  // a row said anew, and the hashes after it made to fit: only the end kept apart tells
  if (how.how === 'forge') return chainOf([...acts.slice(0, at), how.content, ...acts.slice(at + 1)]);
  return copy;
}

describe('the chain of recorded acts', () => {
  it('is whole as it was written, however it is read', () => {
    fc.assert(
      fc.property(fc.array(content, { maxLength: 12 }), fc.integer({ min: 1, max: 4 }), (contents, pieces) => {
        const acts = chainOf(contents);
        expect(faultsOf(acts, headOf(acts), pieces)).toEqual([]);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  it('shows any edit, removal, repetition, reordering and forged row, the newest included', () => {
    let shown = 0;
    fc.assert(
      fc.property(fc.array(content, { minLength: 1, maxLength: 8 }), tampering, (contents, how) => {
        const acts = chainOf(contents);
        const after = tampered(acts, how);
        const same = canonicalJson(after) === canonicalJson(acts);
        expect(faultsOf(after, headOf(acts)).length === 0).toBe(same);
        if (!same) shown++;
      }),
      { seed: SEED, numRuns: 1500 },
    );
    expect(shown).toBeGreaterThan(1000);
  });

  it('shows that all rows are gone, and that the end was put back', () => {
    const acts = chainOf(fc.sample(content, { seed: SEED, numRuns: 3 }));
    expect(faultsOf([], headOf(acts))).toEqual([{ seq: 3, kind: 'end' }]);
    expect(faultsOf(acts, acts[1])).toEqual([{ seq: 3, kind: 'end' }]);
    expect(faultsOf(acts, null)).toEqual([{ seq: 3, kind: 'end' }]);
  });

  it('shows a number that was left out, though all hashes fit', () => {
    const [first] = chainOf(fc.sample(content, { seed: SEED, numRuns: 1 }));
    const row = { ...first, seq: 3, previousHash: first.hash };
    const third = { ...row, hash: hashOfAct(row) };
    expect(faultsOf([first, third], third)).toEqual([{ seq: 3, kind: 'broken' }]);
  });

  it('one value has one spelling, whatever the order of its keys; different values have different ones', () => {
    const shuffled = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(shuffled)
        : value !== null && typeof value === 'object'
          ? Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([key, field]) => [key, shuffled(field)]),
            )
          : value;
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(canonicalJson(shuffled(a))).toBe(canonicalJson(a));
        expect(canonicalJson(JSON.parse(canonicalJson(a)))).toBe(canonicalJson(a));
        expect(canonicalJson(a) === canonicalJson(b)).toBe(
          canonicalJson(JSON.parse(JSON.stringify(a))) === canonicalJson(JSON.parse(JSON.stringify(b))),
        );
      }),
      { seed: SEED, numRuns: 200 },
    );
    expect(canonicalJson({ b: 1, a: [undefined, { c: undefined }], d: new Date(0) })).toBe(
      '{"a":[null,{}],"b":1,"d":"1970-01-01T00:00:00.000Z"}',
    );
  });

  it.each(['a\0b', '\ud800', 'half \udc00'])('refuses text that the store would not keep as it is', (text) => {
    expect(() => canonicalJson({ text })).toThrow('cannot be kept');
    expect(() => canonicalJson({ [text]: 1 })).toThrow('cannot be kept');
  });
});
