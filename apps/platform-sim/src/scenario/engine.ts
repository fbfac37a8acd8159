import { unit } from '../world/random';
import type { World } from '../world/world';
import { parseSettings, scenarioEntry, SCENARIO_NAMES } from './catalogue';
import type { ScenarioName, ScenarioSetting } from './catalogue';

/** What a request is about. `account` is the world's index; −1 before it is known. */
export interface Where {
  server: string;
  account: number;
  path: string;
}

/** Transient faults in a row of one account and path: a client that asks again five times gets its answer. */
const MOST_IN_A_ROW = 3;
/** Requests of an account that a fresh token lives through at least. */
const TOKEN_REST = 8;

/** Which scenarios are on, and whether one strikes a request. Draws depend on the seed, the account, the path and how often it was asked. */
export class ScenarioEngine {
  private settings: ScenarioSetting[] = [];
  private readonly asked = new Map<string, number>();
  private readonly inARow = new Map<string, number>();
  private readonly rest = new Map<string, number>();
  private readonly refused = new Set<string>();
  private turn = '';

  constructor(
    private readonly world: World,
    private readonly now: () => number,
  ) {}

  /** Replaces what is on. Throws RangeError for what is no setting. */
  set(settings: unknown): void {
    this.settings = parseSettings(settings);
  }
  /** Everything transient ends now; what is lost for good stays lost. What was on stays known, for the truth of the time before. */
  calm(): void {
    const now = this.now();
    this.settings = this.settings.map((one) => (scenarioEntry(one.name).lasting ? one : { ...one, to: Math.min(one.to ?? Infinity, now) }));
  }
  /** Whether nothing that is switched on can still touch a request. */
  get quiet(): boolean {
    const now = this.now();
    return this.settings.every(({ to }) => now >= (to ?? Infinity));
  }
  get active(): readonly ScenarioSetting[] {
    return this.settings;
  }

  /** Whether a scenario has been switched on at all, for whatever time. */
  isKnown(name: ScenarioName): boolean {
    return this.settings.some((one) => one.name === name);
  }

  /** The setting that holds for a server, an account (index) and an instant, or null. */
  find(name: ScenarioName, server: string, account: number, at = this.now()): ScenarioSetting | null {
    const accountId = this.world.accounts[account]?.accountId;
    return (
      this.settings.find(
        (one) =>
          one.name === name &&
          (!one.servers || one.servers.includes(server)) &&
          (!one.accounts || (accountId !== undefined && one.accounts.includes(accountId))) &&
          at >= (one.from ?? -Infinity) &&
          at < (one.to ?? Infinity),
      ) ?? null
    );
  }

  /** The amount of a scenario that is on, or null. */
  amount(name: ScenarioName, server: string, account: number, at = this.now()): number | null {
    const setting = this.find(name, server, account, at);
    return setting ? (setting.amount ?? scenarioEntry(name).amount?.value ?? 0) : null;
  }

  /** Whether a scenario of a fixed fate (a video, a session) takes this one; the same answer every time. */
  fated(name: ScenarioName, server: string, account: number, ...what: number[]): ScenarioSetting | null {
    const entry = scenarioEntry(name);
    for (const one of this.settings) {
      if (one.name !== name || (one.servers && !one.servers.includes(server))) continue;
      if (one.accounts && !one.accounts.includes(this.world.accounts[account]?.accountId ?? '')) continue;
      if (unit(this.world.seed, saltOf(name), account, ...what) < (one.rate ?? entry.rate ?? 1)) return one;
    }
    return null;
  }

  /** A daily count was used up in the middle of reading a kind of an account: at this instant nobody gets the rest. */
  noteUsedUp(account: number, kind: string | null, at = this.now()): void {
    this.refused.add(`${account} ${kind} ${at}`);
  }
  wasUsedUp(account: number, kind: string, at: number): boolean {
    return this.refused.has(`${account} ${kind} ${at}`);
  }

  /** A request begins; `caller` and path tell those apart that a patient client repeats. */
  begin(server: string, caller: string, path: string): void {
    this.turn = `${server} ${caller} ${path}`;
    this.asked.set(this.turn, (this.asked.get(this.turn) ?? 0) + 1);
  }

  /** Whether the running request may still get a transient fault: never more often in a row than a patient client bears. */
  get mayHurt(): boolean {
    return (this.inARow.get(this.turn) ?? 0) < MOST_IN_A_ROW;
  }

  /** Whether a transient scenario strikes the running request. */
  strikes(name: ScenarioName, where: Where): ScenarioSetting | null {
    const setting = this.mayHurt ? this.find(name, where.server, where.account) : null;
    return setting && this.draw(name, where) < (setting.rate ?? scenarioEntry(name).rate ?? 1) ? setting : null;
  }

  /** Whether the account's token ends here: a fresh one lives for some requests. */
  endsToken(name: 'token-dies' | 'token-dies-anywhere', where: Where): boolean {
    const key = `${where.server} ${where.account}`;
    const rest = this.rest.get(key) ?? 0;
    if (rest > 0) {
      this.rest.set(key, rest - 1);
      return false;
    }
    const setting = this.find(name, where.server, where.account);
    const ends = setting !== null && this.draw(name, where) < (setting.rate ?? scenarioEntry(name).rate ?? 1);
    if (ends) this.rest.set(key, TOKEN_REST);
    return ends;
  }

  /** The running request is over; `hurt`: it got a transient fault. */
  finish(hurt: boolean): void {
    if (hurt) this.inARow.set(this.turn, (this.inARow.get(this.turn) ?? 0) + 1);
    else this.inARow.delete(this.turn);
  }

  /** A number in [0, 1) of the running request and purpose. */
  draw(name: ScenarioName, where: Where): number {
    return unit(this.world.seed, saltOf(name), where.account, textSalt(where.path), textSalt(this.turn), this.asked.get(this.turn) ?? 0);
  }
}

const saltOf = (name: ScenarioName): number => 300 + SCENARIO_NAMES.indexOf(name);

function textSalt(text: string): number {
  let h = 0;
  for (let k = 0; k < text.length; k++) h = (Math.imul(h, 31) + text.charCodeAt(k)) | 0;
  return h;
}
