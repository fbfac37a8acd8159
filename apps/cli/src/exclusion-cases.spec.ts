import type { ExclusionRow } from '@app/ingest';
import { judgeCases } from './exclusion-cases';

const text = { zh: '错', en: 'wrong' };
const removed = { platform: 'douyin' as const, accountId: 'a', viewerKey: 1n, enteredAt: 0, entryKey: 0n };
const good = (line: number, caseId: string): ExclusionRow => ({ line, caseId, removed });
const bad = (line: number, caseId: string | null): ExclusionRow => ({ line, caseId, field: 'units', reason: text, remedy: text });

describe('a file of exclusions', () => {
  it('is judged case by case: a case with a refused row, wherever it stands, is left out whole', async () => {
    const found = await judgeCases([good(1, 'c1'), good(2, 'c2'), bad(3, 'c1'), good(4, 'c1'), good(5, 'c3')]);
    expect([[...found.whole], [...found.refused], found.accepted, found.rejected]).toEqual([['c2', 'c3'], ['c1'], 4, 1]);
  });

  it('tells a row that names no case before all others, however many there are', async () => {
    const many = Array.from({ length: 30 }, (_, at) => bad(at, 'c1'));
    const found = await judgeCases([...many, bad(99, null)]);
    expect([found.rejects.length, found.rejects[0].line, found.rejected]).toEqual([20, 99, 31]);
  });
});
