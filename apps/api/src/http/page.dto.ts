import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { Page, VitrineError } from '@app/contracts';

/** A cursor holds the place of a row, in which names and ids of 200 letters may stand. */
const LONGEST_CURSOR = 2000;

/** How long a page is: every list has one. */
export class PageLimit {
  @ApiPropertyOptional({ type: Number, default: 100, minimum: 1, maximum: 500 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit = 100;
}

/** Every list is paged: at most 500 rows, a cursor for the next page. */
export class PageQuery extends PageLimit {
  @ApiPropertyOptional({ description: 'nextCursor of the page before' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_CURSOR)
  cursor?: string;

  @ApiPropertyOptional({ description: 'part of a name or an id' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  q?: string;
}

/** Cuts one page out of rows that are sorted by `keyOf`; the cursor is the key of the last row, so rows that come or go shift nothing. */
export function pageOf<Row>(rows: Row[], keyOf: (row: Row) => string, query: PageQuery): Page<Row> {
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
  const sorted = rows.map((row) => ({ key: keyOf(row), row })).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const rest = after === undefined ? sorted : sorted.filter(({ key }) => key > after);
  const page = rest.slice(0, query.limit);
  const more = rest.length > page.length;
  return {
    rows: page.map(({ row }) => row),
    nextCursor: more ? Buffer.from(page[page.length - 1].key).toString('base64url') : null,
    total: rows.length,
  };
}

/** One page of rows that keep the order in which they are given; the cursor is a place in it. */
export function pageInOrder<Row extends object>(rows: Row[], query: PageQuery): Page<Row> {
  const places = new Map(rows.map((row, at) => [row, placeKey(at)]));
  return pageOf(rows, (row) => places.get(row) ?? '', query);
}

/** One page of a list that its reader cuts: `read` gives so many rows from a place on, and how many there are. */
export async function pageFrom<Row>(
  query: PageQuery,
  read: (place: { offset: number; limit: number }) => Promise<{ rows: Row[]; total: number }>,
): Promise<Page<Row>> {
  const last = query.cursor === undefined ? -1 : placeOf(decodeCursor(query.cursor));
  const { rows, total } = await read({ offset: last + 1, limit: query.limit });
  const end = last + rows.length;
  const more = rows.length > 0 && end + 1 < total;
  return { rows, nextCursor: more ? Buffer.from(placeKey(end)).toString('base64url') : null, total };
}

const placeKey = (place: number): string => String(place).padStart(9, '0');

function placeOf(key: string): number {
  if (!/^\d{9}$/.test(key)) throw unknownCursor();
  return Number(key);
}

function decodeCursor(cursor: string): string {
  const key = Buffer.from(cursor, 'base64url').toString('utf8');
  if (Buffer.from(key).toString('base64url') !== cursor) throw unknownCursor();
  return key;
}

const unknownCursor = (): VitrineError =>
  new VitrineError(
    'bad_input',
    { en: 'cursor is not one that a page gave.', zh: 'cursor 不是由上一页返回的值。' },
    { remedy: { en: 'Leave cursor out to start at the first page.', zh: '请去掉 cursor，从第一页开始。' } },
  );
