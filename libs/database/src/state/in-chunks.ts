/** PostgreSQL takes 65,535 parameters a statement: rows go in by the thousand. */
const CHUNK = 1000;

/** Runs a write for at most a thousand items at a time, one after the other. */
export async function inChunks<Item>(items: readonly Item[], write: (some: Item[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < items.length; at += CHUNK) await write(items.slice(at, at + CHUNK));
}
