import fc from 'fast-check';
import { numberedPages, rowsOf } from './numbered-pages';

interface Answer {
  rows: { id: number }[];
  totalPages: number | null;
  totalRows: number | null;
}

async function read(pageSize: number, fetch: (page: number) => Answer): Promise<unknown[]> {
  const rows: unknown[] = [];
  const list = { platform: 'douyin' as const, endpoint: '/list', pageSize, fetch: async (page: number) => fetch(page) };
  for await (const page of numberedPages(list)) rows.push(...page);
  return rows;
}

describe('lists by page number', () => {
  it('whatever the answer announces (pages, rows, nothing), every row is read once and no page more than needed is asked', async () => {
    const seed = Number(process.env.VITRINE_TEST_SEED ?? 20261122);
    const shape = fc.record({
      count: fc.nat(60),
      size: fc.integer({ min: 1, max: 20 }),
      told: fc.constantFrom('pages', 'rows', 'nothing'),
    });
    await fc.assert(
      fc.asyncProperty(shape, async ({ count, size, told }) => {
        const all = Array.from({ length: count }, (_, id) => ({ id }));
        const asked: number[] = [];
        const rows = await read(size, (page) => {
          asked.push(page);
          const rest = { totalPages: told === 'pages' ? Math.ceil(count / size) : null, totalRows: told === 'rows' ? count : null };
          return { rows: all.slice((page - 1) * size, page * size), ...rest };
        });
        expect(rows).toEqual(all);
        const full = Math.max(1, told === 'nothing' ? Math.floor(count / size) + 1 : Math.ceil(count / size));
        expect(asked.length).toBeLessThanOrEqual(full);
      }),
      { seed, numRuns: 200 },
    );
  });

  it('a page that comes again, one that is missing, and a list without end are told', async () => {
    const row = { id: 1 };
    await expect(read(1, () => ({ rows: [row], totalPages: 3, totalRows: null }))).rejects.toMatchObject({ wireCode: 'page stands still' });
    await expect(read(1, () => ({ rows: [], totalPages: 3, totalRows: null }))).rejects.toMatchObject({
      wireCode: 'list ends before its end',
    });
    await expect(read(1, (id) => ({ rows: [{ id }], totalPages: null, totalRows: null }))).rejects.toMatchObject({
      action: 'fail',
      wireCode: 'list without end',
    });
  });

  it('the list is found by its name, or as the only one of the answer', () => {
    expect(rowsOf({ list: [{ id: 1 }, 'text'], others: [{ id: 2 }] }, 'list')).toEqual([{ id: 1 }]);
    expect(rowsOf({ renamed: [{ id: 1 }], total: 3 }, 'list')).toEqual([{ id: 1 }]);
    expect(rowsOf({ a: [{ id: 1 }], b: [{ id: 2 }] }, 'list')).toEqual([]);
  });
});
