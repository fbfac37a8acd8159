const PAGE = 10;

/** The row among `last` + 1 to which a key moves from the active one (-1: none); null: no key that moves. */
export function movedTo(key: string, active: number, last: number): number | null {
  const moves: Record<string, number> = {
    ...{ ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: last },
    ...{ PageDown: active + PAGE, PageUp: active - PAGE },
  };
  return Object.hasOwn(moves, key) ? Math.max(0, Math.min(last, moves[key])) : null;
}
