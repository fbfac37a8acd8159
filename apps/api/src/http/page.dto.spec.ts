import type { Page } from '@app/contracts';
import { PageQuery, pageFrom, pageInOrder } from './page.dto';

const ROWS = Array.from({ length: 7 }, (_, at) => ({ at }));
const asked = (limit: number, cursor?: string | null): PageQuery => Object.assign(new PageQuery(), { limit, cursor: cursor ?? undefined });
const read = ({ offset, limit }: { offset: number; limit: number }) =>
  Promise.resolve({ rows: ROWS.slice(offset, offset + limit), total: ROWS.length });

async function walked(limit: number): Promise<{ rows: number[]; pages: number }> {
  const rows: number[] = [];
  let [pages, cursor]: [number, string | null] = [0, null];
  do {
    const page: Page<{ at: number }> = await pageFrom(asked(limit, cursor), read);
    rows.push(...page.rows.map(({ at }) => at));
    cursor = page.nextCursor;
    pages++;
  } while (cursor !== null);
  return { rows, pages };
}

describe('a list that its reader cuts', () => {
  it.each([1, 3, 6, 7, 8])('in pages of %i gives every row once, in order', async (limit) => {
    expect(await walked(limit)).toEqual({ rows: ROWS.map(({ at }) => at), pages: Math.ceil(ROWS.length / limit) });
  });

  it('has the cursors of a list that is cut here', async () => {
    const [own, cut] = [pageInOrder(ROWS, asked(3)), await pageFrom(asked(3), read)];
    expect([cut.nextCursor, cut.total]).toEqual([own.nextCursor, own.total]);
    expect(pageInOrder(ROWS, asked(3, cut.nextCursor)).rows).toEqual((await pageFrom(asked(3, own.nextCursor), read)).rows);
  });

  it('refuses a cursor that no page gave, and of nothing gives an empty page', async () => {
    await expect(pageFrom(asked(3, 'xx'), read)).rejects.toMatchObject({ code: 'bad_input' });
    for (const place of ['a/b', '', '-5', '1e3'])
      await expect(pageFrom(asked(3, Buffer.from(place).toString('base64url')), read)).rejects.toMatchObject({ code: 'bad_input' });
    expect(await pageFrom(asked(3), () => Promise.resolve({ rows: [], total: 0 }))).toEqual({ rows: [], nextCursor: null, total: 0 });
  });
});
