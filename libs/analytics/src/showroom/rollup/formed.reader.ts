import type { VisitorSums } from '../showroom-readings';
import { StoredReader } from './stored.reader';
import { addedSums, visitChunks } from './visit-chunks';

/** Entries whose visits are formed at once. */
const CHUNK_ENTRIES = 1_000_000;

/**
 * Rankings of whole months under another rule of what a visit is: visits are formed out of the entries, a bounded part at a time; entries and sessions, which
 * no such rule changes, are the kept ones. There are no runs of sessions and no rolling number.
 */
export class FormedReader extends StoredReader {
  override async visitorsOf(accounts: string[]) {
    const known = new Set(accounts);
    const sizes = new Map<string, number>();
    for (const row of this.rows) sizes.set(row.account, (sizes.get(row.account) ?? 0) + Number(row.entries));
    const owners = this.scope.owners.filter(({ account }) => known.has(account));
    // viewers are followed over changes of their key by the entries of all accounts together
    const chunks = this.demand.changesKeys ? [{ accounts, share: null }] : visitChunks({ owners, sizes, limit: CHUNK_ENTRIES });
    const sums: VisitorSums[] = [];
    for (const [at, { accounts: own, share }] of chunks.entries())
      sums.push(...(await this.demand.visitorSums(own, { share, chunk: at, chunks: chunks.length })));
    return { visitors: addedSums(sums), grabbers: await this.grabbers(accounts), consecutive: new Map<number, number>() };
  }
}
