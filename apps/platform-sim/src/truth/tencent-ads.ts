import type { ScenarioEngine } from '../scenario/engine';
import type { ToldWorld } from '../scenario/told-world';
import type { SimAccount } from '../world/accounts';
import { dayOf, dayStart, dayText } from '../world/calendar';
import { showingRow, tableLeads } from './advertising';
import { blockAt, type TruthKind } from './openings';
import type { TruthRow } from './truth-row';
import type { TruthGap } from './truth-gap';

const SERVER = 'tencentads';
/** The follower table answers so many days at once; what is asked for at least is a week. */
const TABLE_DAYS = 31;
const SURE_DAYS = 7;

/** What is true of Channels accounts that are connected through Tencent Ads and nothing else: whole days only, made the next morning. */
export class TencentAdsTruth {
  constructor(
    private readonly told: ToldWorld,
    private readonly scenarios: ScenarioEngine,
    private readonly readings: readonly number[],
  ) {}

  private open(account: SimAccount, kind: TruthKind): number[] {
    return this.readings.filter((at) => blockAt(this.scenarios, account, { kind, at, server: SERVER }) === null);
  }

  /** Final rows of the broadcasts that started in [from, to). */
  sessions(account: SimAccount, from: number, to: number): TruthRow[] {
    const open = this.open(account, 'sessions');
    return this.told.world.sessionsBetween(account, from, to).flatMap((session) => {
      const last = open.filter((at) => dayOf(session.endedAt) < dayOf(at)).pop();
      return last === undefined ? [] : [showingRow(session, this.told.showingPersons(session, last))];
    });
  }

  /** Follower totals that some reading was sure to tell. */
  followers(account: SimAccount): TruthRow[] {
    const open = this.open(account, 'followers');
    const days = new Set(open.flatMap((at) => Array.from({ length: SURE_DAYS }, (_, back) => dayOf(at) - 1 - back)));
    return [...days]
      .sort((a, b) => a - b)
      .map((day) => this.follower(account, day))
      .filter((row) => row !== null);
  }

  /** The follower total of a day where some reading could have told it; null where none could. */
  follower(account: SimAccount, day: number): TruthRow | null {
    const told = this.open(account, 'followers').some((at) => day < dayOf(at) && day >= dayOf(at) - TABLE_DAYS);
    return told ? { day: dayText(day), total: this.told.world.followers(account, day) } : null;
  }

  /** Numbers of leads of the days in [from, to). */
  leads(account: SimAccount, from: number, to: number): TruthRow[] {
    const open = this.open(account, 'leads');
    const rows: TruthRow[] = [];
    for (let day = dayOf(from); day < dayOf(to); day++)
      if (open.some((at) => dayOf(at) > day)) rows.push({ day: dayText(day), ...tableLeads(this.told.world, account, day) });
    return rows;
  }

  /** Every day from the first reading's to the one before the last reading's that stays unknown. */
  gaps(accounts: readonly SimAccount[]): TruthGap[] {
    const [first = 0] = this.readings;
    const last = this.readings[this.readings.length - 1] ?? 0;
    const gaps: TruthGap[] = [];
    for (const account of accounts)
      for (const kind of ['sessions', 'followers'] as const)
        for (let day = dayOf(first); day < dayOf(last); day++) {
          const useful = this.readings.filter((at) => this.tells(account, { kind, day, at }));
          const open = this.open(account, kind);
          if (useful.some((at) => open.includes(at))) continue;
          const at = (useful.length > 0 ? useful : this.readings).at(-1) ?? 0;
          const reason = blockAt(this.scenarios, account, { kind, at, server: SERVER }) ?? 'never-served';
          const { platform, accountId } = account;
          gaps.push({ platform, accountId, kind, day: dayText(day), reason, lastReading: dayText(dayOf(at)) });
        }
    return gaps;
  }

  private tells(account: SimAccount, { kind, day, at }: { kind: TruthKind; day: number; at: number }): boolean {
    if (dayOf(at) <= day) return false;
    if (kind !== 'sessions') return day >= dayOf(at) - TABLE_DAYS;
    return this.told.world.sessionsBetween(account, dayStart(day), dayStart(day + 1)).every(({ endedAt }) => dayOf(endedAt) < dayOf(at));
  }
}
