import { peel, type AlikeViews } from './peel';
import { grouped } from '../../grouped';

/** Numbers in [0, 1), always the same. */
function seeded(state: number): () => number {
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
const random = seeded(7);
/** Two features: five cells, and whether the account is new. */
const HONEST = [
  [0.5, 0.25, 0.15, 0.08, 0.02],
  [0.9, 0.1],
];
const draw = (shares: readonly number[]): number => {
  let at = random();
  return shares.findIndex((share) => (at -= share) < 0);
};
const inGroups = (views: { features: number[]; bot: boolean }[]): { groups: AlikeViews[]; bots: number[] } => {
  const found = grouped(views, ({ features }) => features.join(','));
  const all = [...found.values()];
  return {
    groups: all.map((own) => ({ features: own[0].features, views: own.length })),
    bots: all.map((own) => own.filter(({ bot }) => bot).length),
  };
};
const views = (count: number, shares: readonly (readonly number[])[], bot: boolean) =>
  Array.from({ length: count }, () => ({ features: shares.map(draw), bot }));
/** What a cell alone lets suspect. */
const suspicion = (groups: AlikeViews[]): number[] => {
  const total = groups.reduce((sum, one) => sum + one.views, 0);
  const inCell = (cell: number) => groups.reduce((sum, one) => sum + (one.features[0] === cell ? one.views : 0), 0);
  return groups.map(({ features: [cell] }) => Math.max(0.01, 1 - (HONEST[0][cell] * total) / inCell(cell)));
};
const goes = ({ features }: AlikeViews, { bias, weights }: ReturnType<typeof peel>): boolean =>
  bias + features.reduce((sum, value, feature) => sum + weights[feature][value], 0) > 0;

it('splits off the views that are too many, by all that is known of them', () => {
  const { groups, bots } = inGroups([
    ...views(1000, HONEST, false),
    ...views(
      400,
      [
        [0.02, 0.03, 0.05, 0.2, 0.7],
        [0.15, 0.85],
      ],
      true,
    ),
  ]);
  const split = peel(groups, HONEST, suspicion(groups));
  const hit = groups.reduce((sum, group, at) => sum + (goes(group, split) ? bots[at] : 0), 0);
  expect(split.share).toBeCloseTo(400 / 1400, 1);
  expect(hit / split.views).toBeGreaterThan(0.93);
  expect(hit / 400).toBeGreaterThan(0.83); // one in eight looks like an honest view: no rule finds more
  expect(split.low).toBeLessThanOrEqual(split.views);
  expect(split.high).toBeGreaterThanOrEqual(split.views);
});

it('no more of an odd evening is believed to be of the other kind than is said', () => {
  const { groups } = inGroups(
    views(
      500,
      [
        [0.1, 0.1, 0.2, 0.3, 0.3],
        [0.5, 0.5],
      ],
      false,
    ),
  );
  expect(peel(groups, HONEST, suspicion(groups)).share).toBeGreaterThan(0.3);
  expect(peel(groups, HONEST, suspicion(groups), 0.1).share).toBeLessThanOrEqual(0.1);
});

it('of honest views hardly any go', () => {
  const { groups } = inGroups(views(2000, HONEST, false));
  expect(peel(groups, HONEST, suspicion(groups)).views).toBeLessThan(100);
});

it('is the same for the same views, and copes with none and with values that nobody has shown', () => {
  const { groups } = inGroups(views(300, HONEST, false));
  expect(peel(groups, HONEST, suspicion(groups))).toEqual(peel(groups, HONEST, suspicion(groups)));
  const none = peel([], HONEST, []);
  expect([none.views, none.bias].every(Number.isFinite)).toBe(true);
  const unseen = peel(
    [{ features: [4, 1], views: 50 }],
    [
      [1, 0, 0, 0, 0],
      [1, 0],
    ],
    [0.9],
  );
  expect(Number.isFinite(unseen.bias)).toBe(true);
});
