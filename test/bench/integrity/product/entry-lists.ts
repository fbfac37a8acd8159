import type { BrandState, InorganicEntries } from '@app/contracts';
import { StateReader } from '@app/database';
import { boundParameters } from '@app/integrity';
import type { Bench } from '../../warehouse/bench';
import { dayInstant } from './calendar';
import type { FedViewers } from './feed-viewers';
import { endOf, startOf } from './feed-totals';
import { entryIdentity } from './feed-viewers';
import type { JudgedWeek, NamedTogether } from './findings';

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

/** Runs the lists of each week, and counts its entries by the set of signals that name them; lists of several weeks name those of the week. */
export async function namedTogether(
  bench: Bench,
  fed: FedViewers,
  of: { weeks: readonly JudgedWeek[]; testFrom: number },
): Promise<Map<JudgedWeek, NamedTogether[]>> {
  const answer = new Map<JudgedWeek, NamedTogether[]>();
  const lists = new Map<InorganicEntries, string[]>();
  const states = new StateReader(bench.dataSource, bench.instance.secret);
  let state: BrandState | null = null;
  for (const one of of.weeks) {
    const from = dayInstant(of.testFrom + 7 * one.week.week);
    const instantOf = (name: string): number => Number(name.slice(name.lastIndexOf('/') + 1));
    const isOfWeek = (name: string): boolean => instantOf(name) >= from && instantOf(name) < from + 7 * 86_400_000;
    const sessionOf = (name: string): string | null =>
      one.week.sessions.find((session) => startOf(session) <= instantOf(name) && instantOf(name) < endOf(session))?.sessionId ?? null;
    const sets = new Map<string, string[]>();
    for (const { signalId, evidence } of one.signals)
      for (const list of evidence.removes ?? []) {
        if (list.kind !== 'entries') continue;
        state ??= await states.state(Number(list.parameters.brandId));
        const names = lists.get(list) ?? (await listed(bench, list, state));
        lists.set(list, names);
        for (const name of new Set(names.filter(isOfWeek))) sets.set(name, [...(sets.get(name) ?? []), signalId]);
      }
    const counted = new Map<string, NamedTogether>();
    for (const [name, ids] of sets) {
      const signalIds = [...new Set(ids)].sort();
      const item = sessionOf(name);
      const key = [item, ...signalIds].join(' ');
      const own = counted.get(key) ?? { signalIds, item, entries: 0, bought: 0 };
      own.entries++;
      if (fed.bought.has(name)) own.bought++;
      counted.set(key, own);
    }
    answer.set(one, [...counted.values()]);
  }
  return answer;
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
