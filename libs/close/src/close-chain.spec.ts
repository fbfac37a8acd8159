import fc from 'fast-check';
import type { Close } from '@app/contracts';
import { CHAIN_START, sha256Hex } from '@app/database';
import { type KeptFigure, hashOfFigure } from '@app/reports';
import { FiguresDigest, checkChain, checkFigures, compareFigures, sealed } from './close-chain';

const SEED = Number(process.env.VITRINE_TEST_SEED ?? 20261122);
const MONTHS = ['2026-07', '2026-08', '2026-09'];

/** A chain of closes as it is written; a month that comes again is restated. */
function chainOf(months: readonly string[]): Close[] {
  const closes: Close[] = [];
  for (const [at, month] of months.entries()) {
    const restated = closes.findLast((close) => close.month === month) ?? null;
    closes.push(
      sealed(
        {
          closeId: `close-${at}`,
          brandId: 7,
          month,
          sequence: at + 1,
          restatement: restated ? restated.restatement + 1 : 0,
          closedAt: `2026-10-0${at + 1}T00:00:00.000Z`,
          closedBy: { kind: 'operator', id: 'ann', name: 'Ann' },
          requestedBy: null,
          reason: restated ? 'late facts' : null,
          forced: false,
          policyVersion: 1,
          rateCards: ['douyin/like/2026-01-01#1'],
          versions: { policy: sha256Hex('policy') },
          dataInstant: `2026-10-0${at + 1}T00:00:00.000Z`,
          deliveries: { horizon: String(at), open: [] },
          figureRows: 4,
          figuresHash: sha256Hex(`figures ${at}`),
          previousHash: closes.at(-1)?.hash ?? CHAIN_START,
          restates: restated?.closeId ?? null,
        },
        restated?.hash ?? null,
      ),
    );
  }
  return closes;
}
const recordedOf = (closes: readonly Close[]) => closes.map(({ recordHash }) => recordHash);

const EDITS: ((close: Close) => Close)[] = [
  (close) => ({ ...close, figuresHash: sha256Hex('another') }),
  (close) => ({ ...close, figureRows: close.figureRows + 1 }),
  (close) => ({ ...close, closedAt: '2020-01-01T00:00:00.000Z' }),
  (close) => ({ ...close, closedBy: { ...close.closedBy, name: 'Bob' } }),
  (close) => ({ ...close, reason: 'another reason' }),
  (close) => ({ ...close, month: '2026-01' }),
  (close) => ({ ...close, versions: { policy: sha256Hex('another') } }),
  (close) => ({ ...close, rateCards: [] }),
  (close) => ({ ...close, restates: 'close-99' }),
  (close) => ({ ...close, hash: sha256Hex('another') }),
  (close) => ({ ...close, previousHash: sha256Hex('another') }),
  // who knows how it is made seals it again: the chain and the audit log still tell
  (close) => sealed({ ...close, figuresHash: sha256Hex('another') }, null),
  (close) => sealed({ ...close, closedBy: { ...close.closedBy, name: 'Bob' } }, null),
];

describe('the chain of closes', () => {
  const months = fc.array(fc.constantFrom(...MONTHS), { minLength: 1, maxLength: 6 });

  it('as it was written has no fault', () => {
    fc.assert(
      fc.property(months, (of) => {
        const closes = chainOf(of);
        expect(checkChain(closes, recordedOf(closes))).toEqual([]);
      }),
      { seed: SEED, numRuns: 50 },
    );
  });

  it('finds every edit, removal and change of order', () => {
    const tampering = fc.oneof(
      fc.record({ kind: fc.constant('edit' as const), edit: fc.constantFrom(...EDITS) }),
      fc.record({ kind: fc.constantFrom('remove' as const, 'swap' as const, 'repeat' as const) }),
    );
    fc.assert(
      fc.property(months, fc.nat(), tampering, (of, at, how) => {
        const closes = chainOf(of);
        const recorded = recordedOf(closes);
        const place = at % closes.length;
        const wrong = [...closes];
        if (how.kind === 'edit') wrong[place] = how.edit(closes[place]);
        else if (how.kind === 'remove') wrong.splice(place, 1);
        else if (how.kind === 'repeat') wrong.splice(place, 0, closes[place]);
        else {
          fc.pre(closes.length > 1);
          const other = (place + 1) % closes.length;
          [wrong[place], wrong[other]] = [closes[other], closes[place]];
        }
        expect(checkChain(wrong, recorded)).not.toEqual([]);
      }),
      { seed: SEED, numRuns: 400 },
    );
  });

  it('depends on figures and versions, on no clock, name or id', () => {
    const [close] = chainOf(['2026-09']);
    const elsewhere = sealed(
      {
        ...close,
        closeId: 'other',
        brandId: 1,
        closedAt: '2030-01-01T00:00:00.000Z',
        closedBy: { kind: 'user', id: 'bob', name: 'Bob' },
        dataInstant: '2029-12-31T00:00:00.000Z',
        deliveries: { horizon: '99', open: ['98'] },
        policyVersion: 3,
        reason: 'why not',
        forced: true,
      },
      null,
    );
    expect(elsewhere.hash).toBe(close.hash);
    expect(elsewhere.recordHash).not.toBe(close.recordHash);
  });
});

describe('the figures of a close', () => {
  const rows = fc.array(fc.record({ valueCny: fc.bigInt({ min: 0n, max: 9999n }).map(String), rank: fc.nat({ max: 9 }) }), {
    minLength: 2,
    maxLength: 8,
  });
  const figuresOf = (contents: object[]): KeptFigure[] =>
    contents
      .map((content, place) => {
        const figure = {
          report: 'value' as const,
          level: place % 2 ? ('account' as const) : ('dealer' as const),
          regions: null,
          basis: 'raw' as const,
          place,
          subject: `s${place}`,
          content: JSON.stringify(content),
        };
        return { ...figure, hash: hashOfFigure(figure) };
      })
      .sort(compareFigures);
  const closeOf = (figures: readonly KeptFigure[]) => {
    const digest = new FiguresDigest();
    for (const { hash } of figures) digest.take(hash);
    return { month: '2026-09', closeId: 'c', figureRows: digest.rows, figuresHash: digest.digest() };
  };
  const rehashed = (figure: KeptFigure): KeptFigure => ({ ...figure, hash: hashOfFigure(figure) });
  const TAMPERINGS: ((figures: KeptFigure[], at: number) => KeptFigure[])[] = [
    (figures, at) => figures.with(at, { ...figures[at], content: '{"valueCny":"100000","rank":1}' }),
    (figures, at) => figures.with(at, rehashed({ ...figures[at], content: '{"valueCny":"100000","rank":1}' })),
    (figures, at) => figures.with(at, { ...figures[at], subject: 'another' }),
    (figures, at) => figures.with(at, rehashed({ ...figures[at], basis: 'adjusted' })),
    (figures, at) => figures.with(at, { ...figures[at], content: 'no JSON' }),
    (figures, at) => figures.toSpliced(at, 1),
    (figures, at) => figures.toSpliced(at, 0, figures[at]),
    (figures, at) => {
      const other = (at + 1) % figures.length;
      return figures.with(at, figures[other]).with(other, figures[at]);
    },
    (figures, at) => {
      const other = (at + 1) % figures.length;
      const [a, b] = [figures[at], figures[other]];
      return figures.with(at, { ...a, content: b.content, hash: b.hash }).with(other, { ...b, content: a.content, hash: a.hash });
    },
  ];

  it('every edit, removal, addition and change of places is found', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.nat(), fc.constantFrom(...TAMPERINGS), async (contents, at, tamper) => {
        const figures = figuresOf(contents);
        const close = closeOf(figures);
        expect(await checkFigures(close, figures)).toEqual([]);
        expect(await checkFigures(close, tamper(figures, at % figures.length))).not.toEqual([]);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('the order of fields in a row is none of its content', () => {
    const [figure] = figuresOf([{ a: 1, b: 2 }]);
    expect(hashOfFigure({ ...figure, content: '{"b":2,"a":1}' })).toBe(figure.hash);
  });
});
