import type { FusionContext, InorganicEntries, Platform, Signal } from '@app/contracts';

/** Entries of one session, or (`item` null) of an account beside its sessions, that findings name: no entry counts twice. */
export interface NamedEntries {
  platform: Platform;
  accountId: string;
  item: string | null;
  entries: number;
  low: number;
  high: number;
}

interface List extends Pick<InorganicEntries, 'platform' | 'accountId' | 'count' | 'low' | 'high'> {
  signalId: string;
  item: string | null;
}

const count = (value: number): number => (Number.isFinite(value) && value > 0 ? value : 0);

/** Share of a signal's time that lies in the window: a list of four weeks names this week's entries in part. */
function shareInside({ window }: Signal, inside: FusionContext['window']): number {
  if (!inside) return 1;
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
  const common = Math.min(to, Date.parse(inside.to)) - Math.max(from, Date.parse(inside.from));
  return to > from ? Math.min(1, Math.max(0, common / (to - from))) : 1;
}

function listsOf(signals: readonly Signal[], context: FusionContext): List[] {
  return signals.flatMap((signal) => {
    const item = signal.subject.kind === 'session' ? signal.subject.sessionId : null;
    const share = item === null ? shareInside(signal, context.window) : 1;
    return (signal.evidence.removes ?? []).flatMap((one): List[] => {
      if (one.kind !== 'entries') return [];
      const { platform, accountId } = one;
      const [value, low, high] = [one.count, one.low, one.high].map((own) => count(own) * share);
      return [
        { signalId: signal.signalId, item, platform, accountId, count: value, low: Math.min(low, value), high: Math.max(high, value) },
      ];
    });
  });
}

/**
 * Entries that findings name, by session. Where the store has counted them by who names them the union is exact; otherwise lists of one session are taken to lie
 * within the longest of it, and could at most be all of them one after the other.
 */
export function namedEntries(signals: readonly Signal[], context: FusionContext): NamedEntries[] {
  const lists = listsOf(signals, context);
  return (context.namedEntries ? counted(context.namedEntries, lists) : supposed(lists)).filter(({ high }) => high > 0);
}

function supposed(lists: readonly List[]): NamedEntries[] {
  const named = new Map<string, NamedEntries>();
  for (const { platform, accountId, item, count: entries, low, high } of lists) {
    const key = JSON.stringify([platform, accountId, item]);
    const own = named.get(key) ?? { platform, accountId, item, entries: 0, low: 0, high: 0 };
    named.set(key, {
      ...own,
      ...{ entries: Math.max(own.entries, entries), low: Math.max(own.low, low), high: own.high + high },
    });
  }
  return [...named.values()];
}

/** An entry is of the account whose list names it; what was counted for signals that are not heard is left out. */
function counted(counts: NonNullable<FusionContext['namedEntries']>, lists: readonly List[]): NamedEntries[] {
  const bySignal = new Map(lists.map((one) => [one.signalId, one]));
  const named = new Map<string, NamedEntries>();
  for (const { signalIds, item, entries } of counts) {
    const list = signalIds.map((id) => bySignal.get(id)).find((one) => one !== undefined);
    if (!list) continue;
    const { platform, accountId } = list;
    const key = JSON.stringify([platform, accountId, item]);
    const own = named.get(key) ?? { platform, accountId, item, entries: 0, low: 0, high: 0 };
    own.entries += count(entries);
    // lists that agree are sure, those of one alone may be too long
    own.low += signalIds.length > 1 ? count(entries) : 0;
    own.high = own.entries;
    named.set(key, own);
  }
  return [...named.values()];
}
