import type { Platform } from '@app/contracts';
import { PlatformError } from './platform-error';
import { isWireObject, wireCount, wireList, wireObject, type WireObject } from './wire/wire-value';

/** A list that never ends is given up, so that a broken server cannot hold a worker for ever. */
const MAX_PAGES = 2_000;

export interface NumberedList {
  platform: Platform;
  endpoint: string;
  /** Rows a page asked for. */
  pageSize: number;
  /** Fetches page `page` (from 1): its rows, and how many pages or rows there are, where the answer says. */
  fetch(page: number): Promise<{ rows: WireObject[]; totalPages: number | null; totalRows: number | null }>;
}

/**
 * The pages of a list that is asked for by page number. Ends with the last page that the answer announces, else with the first page that is not
 * full. A server that answers the same page again, or announces more than it gives, is a PlatformError (`fail`): a shorter list must not pass
 * for the whole one.
 */
export async function* numberedPages({ platform, endpoint, pageSize, fetch }: NumberedList): AsyncGenerator<WireObject[]> {
  let before = '';
  let given = 0;
  for (let page = 1; page <= MAX_PAGES; page++) {
    const { rows, totalPages, totalRows } = await fetch(page);
    const content = JSON.stringify(rows);
    if (rows.length > 0 && content === before) throw new PlatformError(platform, 'fail', 'page stands still', endpoint);
    before = content;
    given += rows.length;
    yield rows;
    const more = totalPages !== null ? page < totalPages : totalRows !== null ? given < totalRows : rows.length >= pageSize;
    if (!more) return;
    // rows may vanish between two pages; a page in the middle without any is a list that ended too soon
    if (rows.length === 0) throw new PlatformError(platform, 'fail', 'list ends before its end', endpoint);
  }
  throw new PlatformError(platform, 'fail', 'list without end', endpoint);
}

/** The totals of `page_info{total_number, total_page}`. */
export function pageTotals(data: WireObject): { totalPages: number | null; totalRows: number | null } {
  const info = wireObject(data.page_info);
  return { totalPages: wireCount(info.total_page), totalRows: wireCount(info.total_number) };
}

/** The rows of a list whose key is one of `names`; where none is there, of the only list of the answer. */
export function rowsOf(data: WireObject, ...names: string[]): WireObject[] {
  for (const name of names) if (Array.isArray(data[name])) return wireList(data[name]);
  const lists = Object.values(data).filter((value): value is unknown[] => Array.isArray(value) && value.every(isWireObject));
  return lists.length === 1 ? wireList(lists[0]) : [];
}
