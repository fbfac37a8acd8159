import type { BrandState, InorganicEntries } from '@app/contracts';
import { StateReader } from '@app/database';
import { boundParameters } from '@app/integrity';
import type { Bench } from '../../warehouse/bench';
import type { FedViewers } from './feed-viewers';
import { entryIdentity } from './feed-viewers';
import type { JudgedWeek } from './findings';

interface NamedRow {
  account: string;
  viewerKey: string;
  enteredAt: string;
}

/** Of the entries that findings name: how many were bought, and how many bought ones there were. */
export interface NamedEntries {
  named: number;
  hits: number;
  bought: number;
}

/** Runs the lists of weeks as the product would when a case is confirmed, and compares each entry with the truth. */
export async function namedEntries(bench: Bench, fed: FedViewers, weeks: readonly JudgedWeek[]): Promise<Map<JudgedWeek, NamedEntries>> {
  const answer = new Map<JudgedWeek, NamedEntries>();
  const states = new Map<number, BrandState>();
  const stateOf = async (brandId: number): Promise<BrandState> => {
    const state = states.get(brandId) ?? (await new StateReader(bench.dataSource, bench.instance.secret).state(brandId));
    states.set(brandId, state);
    return state;
  };
  for (const one of weeks) {
    const lists = one.fusion.removes.filter((removed) => removed.kind === 'entries');
    const names = new Set<string>();
    for (const list of lists) for (const name of await listed(bench, list, await stateOf(Number(list.parameters.brandId)))) names.add(name);
    let hits = 0;
    for (const name of names) if (fed.bought.has(name)) hits++;
    const bought = one.week.sessions.reduce((all, { sessionId }) => all + (fed.sessions.get(sessionId)?.bought ?? 0), 0);
    answer.set(one, { named: names.size, hits, bought });
  }
  return answer;
}

async function listed({ warehouse }: Bench, { sql, parameters }: InorganicEntries, state: BrandState): Promise<string[]> {
  const query = { name: 'bench.entries', sql, params: boundParameters(sql, parameters, state), maxSeconds: 300, maxRows: 5_000_000 };
  const rows = await warehouse.query<NamedRow>(query);
  return rows.map(({ account, viewerKey, enteredAt }) => entryIdentity(account, viewerKey, enteredAt));
}
