import { en, zhCN } from '.';

type Words = { [key: string]: string | Words };
const paths = (words: Words, prefix = ''): string[] =>
  Object.entries(words).flatMap(([key, value]) => (typeof value === 'string' ? [`${prefix}${key}`] : paths(value, `${prefix}${key}.`)));
const at = (words: Words, path: string) => path.split('.').reduce<Words | string>((node, key) => (node as Words)[key], words) as string;
const slots = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

describe('languages', () => {
  it('English says everything that Chinese says', () => expect(paths(en).sort()).toEqual(paths(zhCN).sort()));
  it('both name the same figures in every sentence', () => {
    for (const path of paths(zhCN)) expect([path, slots(at(en, path))]).toEqual([path, slots(at(zhCN, path))]);
  });
  it('no sentence holds a sign that the message syntax reads as its own', () => {
    for (const words of [zhCN, en]) for (const path of paths(words)) expect(at(words, path)).not.toMatch(/[|@]/);
  });
});
