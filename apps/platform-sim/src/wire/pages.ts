import type { TroubleMaker } from './trouble';

/** A page of a list. `rows` is what is shown: the page, perhaps with a row of the page before; `stuck`: the cursor shall not advance. */
export interface Page<T> {
  page: T[];
  rows: T[];
  more: boolean;
  stuck: boolean;
}

/** The page of `list` that begins at `start`, with what the running scenarios do to pages. */
export function pageOf<T>(list: readonly T[], start: number, count: number, maker: TroubleMaker): Page<T> {
  const { scenarios, server, account, where } = maker;
  const most = scenarios.amount('short-pages', server, account);
  const page = list.slice(start, start + Math.min(count, most ?? count));
  const before = list[start - 1];
  const repeats =
    before !== undefined && scenarios.find('repeated-rows', server, account) !== null && scenarios.draw('repeated-rows', where) < 0.5;
  return {
    page,
    rows: repeats ? [before, ...page] : page,
    more: start + page.length < list.length,
    stuck: scenarios.find('stuck-cursor', server, account) !== null,
  };
}

/** Tokens of pages that are opaque to whoever asks; empty: the first page. */
export const offsetOf = (buffer: string): number => (buffer === '' ? 0 : Number(Buffer.from(buffer, 'base64').toString('latin1')));
export const bufferOf = (offset: number): string => Buffer.from(String(offset), 'latin1').toString('base64');
