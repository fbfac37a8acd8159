import fc from 'fast-check';
import { CHAIN_START, ChainCheck, NO_ORIGIN, canonicalJson, hashOfAct, sha256Hex, type ChainHead, type RecordedAct } from './act-chain';
import { anchorKey, contentOf, isSignedBy, parsedAnchor, signedAnchor } from './anchor';

const SEED = Number(process.env.VITRINE_TEST_SEED ?? 20261122);
const MS = Date.parse('2026-11-22T00:00:00Z');

const content = fc.record({
  actor: fc.record({ kind: fc.constantFrom('operator' as const, 'user' as const), id: fc.string(), name: fc.string() }),
  action: fc.constantFrom('proposal.activate', 'month.close', 'policies.import'),
  subject: fc.string({ minLength: 1 }),
  before: fc.jsonValue({ maxDepth: 2 }),
  after: fc.jsonValue({ maxDepth: 2 }),
  reason: fc.option(fc.string()),
  origin: fc.record({ address: fc.option(fc.ipV4()), requestId: fc.option(fc.uuid()), sessionId: fc.option(fc.uuid()) }),
});

type Content = Pick<RecordedAct, 'actor' | 'action' | 'subject' | 'before' | 'after' | 'reason' | 'origin'>;

/** The first `old` rows are of before version 2. */
function chainOf(contents: readonly Content[], old = 0): RecordedAct[] {
  let previousHash = CHAIN_START;
  return contents.map((one, at) => {
    const how = at < old ? { version: 1, origin: NO_ORIGIN } : { version: 2 };
    const row = { ...one, ...how, brandId: 7, seq: at + 1, at: new Date(MS + at * 1000).toISOString(), previousHash };
    previousHash = hashOfAct(row);
    return { ...row, hash: previousHash };
  });
}
const headOf = (acts: readonly RecordedAct[]): ChainHead | null => acts.at(-1) ?? null;
function faultsOf(acts: readonly RecordedAct[], head: ChainHead | null, { pieces = 1, anchors = [] as ChainHead[] } = {}) {
  const check = new ChainCheck(anchors);
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
    field: fc.constantFrom(
      'action',
      'subject',
      'before',
      'after',
      'reason',
      'at',
      'brandId',
      'seq',
      'previousHash',
      'hash',
      'actor',
      'version',
    ),
    value: fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
  }),
  fc.record({
    how: fc.constant('move' as const),
    at: fc.nat(),
    field: fc.constantFrom('address', 'requestId', 'sessionId'),
    value: fc.option(fc.string()),
  }),
  fc.record({ how: fc.constant('reseal' as const), at: fc.nat(), content }),
  fc.record({ how: fc.constant('forge' as const), at: fc.nat(), content }),
);

function tampered(
  acts: readonly RecordedAct[],
  how: typeof tampering extends fc.Arbitrary<infer How> ? How : never,
  old: number,
): RecordedAct[] {
  const at = how.at % acts.length;
  const copy = [...acts];
  if (how.how === 'remove') copy.splice(at, 1);
  if (how.how === 'repeat') copy.splice(at, 0, acts[at]);
  if (how.how === 'swap') [copy[at], copy[how.other % acts.length]] = [copy[how.other % acts.length], copy[at]];
  if (how.how === 'edit') copy[at] = { ...acts[at], [how.field]: how.value };
  if (how.how === 'move') copy[at] = { ...acts[at], origin: { ...acts[at].origin, [how.field]: how.value } };
  // a row said anew, with its own hash made to fit
  if (how.how === 'reseal') {
    const row = { ...acts[at], ...how.content };
    copy[at] = { ...row, hash: hashOfAct(row) };
  }
  // a row said anew, and the hashes after it made to fit: only the end kept apart tells
  if (how.how === 'forge') return chainOf([...acts.slice(0, at), how.content, ...acts.slice(at + 1)], old);
  return copy;
}

describe('the chain of recorded acts', () => {
  it('is whole as it was written, however it is read', () => {
    fc.assert(
      fc.property(fc.array(content, { maxLength: 12 }), fc.integer({ min: 1, max: 4 }), (contents, pieces) => {
        const acts = chainOf(contents, pieces);
        expect(faultsOf(acts, headOf(acts), { pieces, anchors: acts })).toEqual([]);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  it('shows any edit, removal, repetition, reordering and forged row, the newest included', () => {
    let shown = 0;
    fc.assert(
      fc.property(fc.array(content, { minLength: 1, maxLength: 8 }), tampering, fc.nat({ max: 8 }), (contents, how, old) => {
        const acts = chainOf(contents, old);
        const after = tampered(acts, how, old);
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

  it('rows of before version 2 keep the hash that they were given', () => {
    const row = { brandId: 1, seq: 1, at: '2026-11-22T00:00:00.000Z', actor: { kind: 'user' as const, id: 'u', name: 'U' }, action: 'a.b' };
    const rest = { subject: 's', before: null, after: { x: 1 }, reason: null, previousHash: CHAIN_START };
    expect(hashOfAct({ ...row, ...rest, version: 1, origin: NO_ORIGIN })).toBe(
      sha256Hex(
        `{"action":"a.b","actor":{"id":"u","kind":"user","name":"U"},"after":{"x":1},"at":"2026-11-22T00:00:00.000Z","before":null,"brandId":1,"previousHash":"${CHAIN_START}","reason":null,"seq":1,"subject":"s"}`,
      ),
    );
  });

  it('an anchor kept outside shows a log that was cut, and one that was written anew as a whole with its end', () => {
    fc.assert(
      fc.property(fc.array(content, { minLength: 2, maxLength: 8 }), content, fc.nat(), (contents, forged, where) => {
        const acts = chainOf(contents);
        const at = where % (acts.length - 1);
        const anchor = acts[at + 1];
        const cut = acts.slice(0, at + 1);
        expect(faultsOf(cut, headOf(cut), { anchors: [anchor] })).toEqual([{ seq: at + 2, kind: 'anchor' }]);
        const anew = chainOf([...contents.slice(0, at), { ...forged, action: `${forged.action}!` }, ...contents.slice(at + 1)]);
        expect(faultsOf(anew, headOf(anew))).toEqual([]);
        expect(faultsOf(anew, headOf(anew), { anchors: [anchor] })).toEqual([{ seq: at + 2, kind: 'anchor' }]);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('an anchor is checked by a public key; nothing of it can be changed, and another installation signs otherwise', () => {
    const secret = 'the secret of this installation, of some length';
    const anchor = { brandId: 1, brand: 'b', seq: 3, hash: 'a'.repeat(64), at: '2026-11-22T00:00:00.000Z', previous: null };
    const signed = signedAnchor(secret, anchor);
    const key = anchorKey(secret);
    expect(isSignedBy(key, signed)).toBe(true);
    expect(parsedAnchor(JSON.stringify(signed))).toEqual(signed);
    const changes = {
      brandId: 2,
      brand: 'c',
      seq: 4,
      hash: 'b'.repeat(64),
      at: '2026-11-22T00:00:00.001Z',
      previous: 'x',
      signature: 'AAAA',
    };
    for (const [field, value] of Object.entries(changes)) expect(isSignedBy(key, { ...signed, [field]: value })).toBe(false);
    const other = signedAnchor(`${secret}!`, anchor);
    expect(isSignedBy(key, other)).toBe(false);
    expect(isSignedBy(key, { ...other, key })).toBe(false);
    expect(contentOf(other)).toBe(contentOf(signed));
    expect(JSON.stringify(signed)).not.toContain(secret);
    for (const text of ['', 'null', '[]', '{}', '{"seq":1}', JSON.stringify({ ...signed, seq: '3' })])
      expect(parsedAnchor(text)).toBeNull();
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
