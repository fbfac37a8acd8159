/** One line on stderr that says how far a long step is; on a terminal it is rewritten, in a log a line every ten seconds. */
export function progressLine(what: string): { update(state: { done: number; total?: number; rows?: number }): void; end(): void } {
  const live = process.stderr.isTTY;
  const began = Date.now();
  let last = 0;
  let shown = false;
  return {
    update: ({ done, total, rows }) => {
      const now = Date.now();
      if (now - last < (live ? 200 : 10_000) || (!live && now - began < 10_000)) return;
      last = now;
      shown = true;
      const share = total ? `${Math.min(100, Math.floor((done / total) * 100))} %` : String(done);
      const text = `${what}: ${share}${rows === undefined ? '' : `, ${rows.toLocaleString('en')} rows`}, ${Math.round((now - began) / 1000)} s`;
      process.stderr.write(live ? `\r\x1b[K${text}` : `${text}\n`);
    },
    end: () => {
      if (live && shown) process.stderr.write('\r\x1b[K');
    },
  };
}
