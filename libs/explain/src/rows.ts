import { Bilingual, ExplainRow, ExplainRows, VitrineError } from '@app/contracts';

/** How much of the rows is wanted: those after a place, and whether each with what is behind it. */
export interface RowsAsked {
  after: string | undefined;
  limit: number;
  nested: boolean;
}

const MOST = 500;
const USUAL = 20;

/** Reads `limit` and `cursor`. Throws bad_input for a cursor that no page gave. */
export function rowsAsked({ limit = USUAL, cursor, nested = true }: { limit?: number; cursor?: string; nested?: boolean }): RowsAsked {
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    throw new VitrineError(
      'bad_input',
      { zh: `limit 应为 1 到 ${MOST} 的整数。`, en: `limit must be a whole number from 1 to ${MOST}.` },
      { details: [{ field: 'limit', message: `1 to ${MOST}` }] },
    );
  return { after: cursor === undefined ? undefined : placeOf(cursor), limit, nested };
}

function placeOf(cursor: string): string {
  const place = Buffer.from(cursor, 'base64url').toString('utf8');
  if (Buffer.from(place).toString('base64url') === cursor) return place;
  throw notOfAPage();
}

const GREATEST_KEY = 2n ** 64n - 1n;

/** The place of a page whose places are whole numbers, as the keys of viewers are. Throws bad_input for a cursor of other rows. */
export function keyAfter({ after }: RowsAsked): string | undefined {
  if (after === undefined || (/^\d{1,20}$/.test(after) && BigInt(after) <= GREATEST_KEY)) return after;
  throw notOfAPage();
}

const notOfAPage = (): VitrineError =>
  new VitrineError(
    'bad_input',
    { zh: 'cursor 不是由上一页返回的值。', en: 'cursor is not one that a page gave.' },
    {
      remedy: { zh: '请去掉 cursor，从第一页开始。', en: 'Leave cursor out to start at the first page.' },
      details: [{ field: 'cursor', message: 'not a cursor' }],
    },
  );

const cursorOf = (place: string): string => Buffer.from(place).toString('base64url');

/** A page of rows that are all known: in the order of their places, so that rows that come or go shift nothing. */
export async function pageOf<Known>(
  known: readonly Known[],
  asked: RowsAsked,
  told: { of: Bilingual; place(row: Known): string; rows(page: Known[]): ExplainRow[] | Promise<ExplainRow[]> },
): Promise<ExplainRows> {
  const placed = known.map((row) => ({ row, place: told.place(row) })).sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0));
  const { after } = asked;
  const rest = after === undefined ? placed : placed.filter(({ place }) => place > after);
  const page = rest.slice(0, asked.limit);
  const more = rest.length > page.length;
  return {
    of: told.of,
    rows: await told.rows(page.map(({ row }) => row)),
    total: known.length,
    nextCursor: more ? cursorOf(page[page.length - 1].place) : null,
  };
}

/** A page that the store has cut: one more row than the limit was asked for. */
export function cutPage<Row>(rows: Row[], limit: number, place: (row: Row) => string): { page: Row[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  return { page, nextCursor: rows.length > limit ? cursorOf(place(page[page.length - 1])) : null };
}

export const NO_ROWS: ExplainRows = { of: { zh: '没有明细行', en: 'There are no rows behind it' }, rows: [], total: 0, nextCursor: null };
