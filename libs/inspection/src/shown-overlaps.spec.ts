import type { BrandState } from '@app/contracts';
import { shownOverlaps } from './shown-overlaps';

const accounts = ['1', '2', '3'].map((accountKey) => ({
  accountKey,
  platform: 'douyin',
  accountId: `a${accountKey}`,
  name: `Shop ${accountKey}`,
}));
const state = { accounts } as unknown as BrandState;
const [account] = state.accounts;
const found = {
  ...{ viewers: 100, found: 5 },
  rooms: [
    { key: '2', viewers: 40, shared: 30, expected: 4, detectors: ['mutualAidRings'] },
    { key: '3', viewers: 90, shared: 9, expected: 9, detectors: [] },
  ],
  between: [
    { a: '2', b: '3', shared: 7, detectors: [] },
    { a: '2', b: 'not drawn', shared: 6, detectors: [] },
  ],
};

describe('overlaps as somebody sees them', () => {
  it('the inspected room is the first node; edges lead between nodes that are drawn; rooms of a ring are marked', () => {
    const { nodes, edges, note } = shownOverlaps(found, { account, state, seen: 'all' });
    expect(nodes.map(({ id, name, subject, ring }) => [id, name, subject, ring])).toEqual([
      [0, 'Shop 1', true, true],
      [1, 'Shop 2', false, true],
      [2, 'Shop 3', false, false],
    ]);
    expect(edges.map(({ a, b, shared, expected }) => [a, b, shared, expected])).toEqual([
      [0, 1, 30, 4],
      [0, 2, 9, 9],
      [1, 2, 7, null],
    ]);
    expect(note?.en).toContain('5 rooms');
  });

  it('rooms that the asker may not see are numbers', () => {
    const shown = shownOverlaps(found, { account, state, seen: new Set(['1', '3']) });
    expect(shown.nodes.map(({ name, accountId }) => [name, accountId])).toEqual([
      ['Shop 1', 'a1'],
      [null, null],
      ['Shop 3', 'a3'],
    ]);
    expect(JSON.stringify(shown)).not.toMatch(/a2|Shop 2|"key"/);
  });
});
