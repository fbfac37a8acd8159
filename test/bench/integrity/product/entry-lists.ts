import type { BrandState, InorganicEntries } from '@app/contracts';
import { StateReader } from '@app/database';
import { listsTogether } from '@app/integrity';
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
  lists: number[];
}

/** Of the entries that findings name: how many were bought, and how many bought ones there were. */
export interface NamedEntries {
  named: number;
  hits: number;
  bought: number;
}

/** Lists of one statement. */
const AT_ONCE = 60;

/** Lists of entries as the product reads them when it counts, those of an account together and each once. */
export class ListedEntries {
  private readonly known = new Map<InorganicEntries, string[]>();
  private readonly states = new Map<number, BrandState>();

  constructor(private readonly bench: Bench) {}

  /** Reads what is not known yet. */
  async read(lists: readonly InorganicEntries[]): Promise<void> {
    const byAccount = new Map<string, InorganicEntries[]>();
    for (const list of new Set(lists)) {
      if (this.known.has(list)) continue;
      const key = `${String(list.parameters.brandId)}/${list.platform}/${list.accountId}`;
      byAccount.set(key, [...(byAccount.get(key) ?? []), list]);
    }
    for (const own of byAccount.values()) for (let at = 0; at < own.length; at += AT_ONCE) await this.together(own.slice(at, at + AT_ONCE));
  }

  /** Identities of the entries that a list names. */
  of(list: InorganicEntries): readonly string[] {
    const names = this.known.get(list);
    if (!names) throw new RangeError('a list that was not read');
    return names;
  }

  private async together(lists: readonly InorganicEntries[]): Promise<void> {
    const { sql, params } = listsTogether(lists, await this.stateOf(Number(lists[0].parameters.brandId)));
    const names = lists.map((): string[] => []);
    for await (const row of this.bench.warehouse.stream<NamedRow>({
      ...{ name: 'bench.entries', sql, params, maxSeconds: 300, maxRows: 5_000_000 },
    })) {
      const identity = entryIdentity(row.account, row.viewerKey, row.enteredAt);
      for (const at of row.lists) names[Number(at)].push(identity);
    }
    lists.forEach((list, at) => this.known.set(list, names[at]));
  }

  private async stateOf(brandId: number): Promise<BrandState> {
    const { dataSource, instance } = this.bench;
    const state = this.states.get(brandId) ?? (await new StateReader(dataSource, instance.secret).state(brandId));
    this.states.set(brandId, state);
    return state;
  }
}

/** Entries that the lists of each week name, by the set of signals that name them; lists of several weeks name those of the week. */
export async function namedTogether(
  listed: ListedEntries,
  fed: FedViewers,
  of: { weeks: readonly JudgedWeek[]; testFrom: number },
): Promise<Map<JudgedWeek, NamedTogether[]>> {
  const answer = new Map<JudgedWeek, NamedTogether[]>();
  const listsOf = ({ signals }: JudgedWeek): { signalId: string; list: InorganicEntries }[] =>
    signals.flatMap(({ signalId, evidence }) =>
      (evidence.removes ?? []).flatMap((list) => (list.kind === 'entries' ? [{ signalId, list }] : [])),
    );
  await listed.read(of.weeks.flatMap((one) => listsOf(one).map(({ list }) => list)));
  for (const one of of.weeks) {
    const from = dayInstant(of.testFrom + 7 * one.week.week);
    const instantOf = (name: string): number => Number(name.slice(name.lastIndexOf('/') + 1));
    const isOfWeek = (name: string): boolean => instantOf(name) >= from && instantOf(name) < from + 7 * 86_400_000;
    const sessionOf = (name: string): string | null =>
      one.week.sessions.find((session) => startOf(session) <= instantOf(name) && instantOf(name) < endOf(session))?.sessionId ?? null;
    const sets = new Map<string, string[]>();
    for (const { signalId, list } of listsOf(one))
      for (const name of new Set(listed.of(list).filter(isOfWeek))) {
        const ids = sets.get(name);
        if (ids) ids.push(signalId);
        else sets.set(name, [signalId]);
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

/** Compares each entry that the lists of weeks name, as the product would leave them out when a case is confirmed, with the truth. */
export async function namedEntries(
  listed: ListedEntries,
  fed: FedViewers,
  weeks: readonly JudgedWeek[],
): Promise<Map<JudgedWeek, NamedEntries>> {
  const answer = new Map<JudgedWeek, NamedEntries>();
  for (const one of weeks) {
    const lists = one.fusion.removes.filter((removed) => removed.kind === 'entries');
    await listed.read(lists);
    const names = new Set(lists.flatMap((list) => listed.of(list)));
    let hits = 0;
    for (const name of names) if (fed.bought.has(name)) hits++;
    const bought = one.week.sessions.reduce((all, { sessionId }) => all + (fed.sessions.get(sessionId)?.bought ?? 0), 0);
    answer.set(one, { named: names.size, hits, bought });
  }
  return answer;
}
