import { Random } from '../world/random';

type Tree = { size: number } | { feature: number; at: number; below: Tree; above: Tree };

/** Mean path of an unsuccessful search among `size` values, by which depths become comparable. */
const usualDepth = (size: number): number => (size < 2 ? 0 : 2 * (Math.log(size - 1) + 0.5772156649) - (2 * (size - 1)) / size);

/**
 * Isolation forest (Liu, Ting, Zhou, ICDM 2008): what few random cuts separate from the rest is strange.
 * @returns a score in (0, 1) per row, 0.5 for the ordinary
 */
export function isolationScores(rows: readonly number[][], seed: number, trees = 100, sample = 256): number[] {
  const random = Random.of(seed, 'forest');
  const size = Math.min(sample, rows.length);
  const depth = Math.ceil(Math.log2(Math.max(2, size)));
  const forest = Array.from({ length: trees }, () => grow(random, random.sample(rows, size), depth));
  return rows.map((row) => {
    const mean = forest.reduce((all, tree) => all + pathOf(tree, row), 0) / trees;
    return Math.pow(2, -mean / Math.max(1, usualDepth(size)));
  });
}

function grow(random: Random, rows: readonly number[][], depth: number): Tree {
  if (depth === 0 || rows.length < 2) return { size: rows.length };
  const feature = random.whole(0, rows[0].length - 1);
  const values = rows.map((row) => row[feature]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (low === high) return { size: rows.length };
  const at = random.between(low, high);
  return {
    feature,
    at,
    below: grow(
      random,
      rows.filter((row) => row[feature] < at),
      depth - 1,
    ),
    above: grow(
      random,
      rows.filter((row) => row[feature] >= at),
      depth - 1,
    ),
  };
}

function pathOf(tree: Tree, row: readonly number[]): number {
  let depth = 0;
  let node = tree;
  while ('feature' in node) {
    node = row[node.feature] < node.at ? node.below : node.above;
    depth++;
  }
  return depth + usualDepth(node.size);
}
