import { SessionCounts, ValueUnitRow, readSessionCounts, readValueUnits, recomputeValue, valueRules } from '@app/analytics';
import { BrandState, DEFAULT_POLICY, addMonths } from '@app/contracts';
import { beginDelivery, ensureBrand, finishDelivery, heartbeat } from '@app/database';
import { VALUE_ROLLUP, refreshRollups } from '@app/rollup';
import type { Warehouse } from '@app/warehouse';
import { TestStores, openTestStores } from '../support/stores';
import { ValueFacts, ZONE, at, rateCard } from './value-facts';

const MONTHS = ['2026-08', '2026-09', '2026-10', '2026-11'];
const AFTER_LAST_MONTH = addMonths(MONTHS.at(-1)!, 1);
const CARDS = [rateCard('live_view', '1'), rateCard('video_play', '1'), rateCard('lead', '1')];
const later = (day: number) => ({ observed_at: at('2026-11-02 00:00') + day * 86_400_000 });

type Tell = (facts: ValueFacts, account: string) => void;
/** What arrives about one account, delivery by delivery, and the net units per month, `line units` each, after the refresh that follows. */
interface Chapter {
  told: Tell[];
  months: string[][];
}

const read =
  (video: string, day: string, plays: number): Tell =>
  (facts, account) =>
    facts.reading(account, video, `${day} 12:00`, '2026-07-05 12:00', { plays });

const STORIES: Record<string, Chapter[]> = {
  'a session that moves leaves no units in its old month, its source gone neither': [
    {
      told: [(facts, account) => facts.session(account, '2026-08-31 23:00', { session_id: 's', views: 7 }, 'feed')],
      months: [['live_view 7'], [], [], []],
    },
    {
      told: [(facts, account) => facts.session(account, '2026-10-01 00:10', { session_id: 's', views: 9 }, 'api-final')],
      months: [[], [], ['live_view 9'], []],
    },
    {
      told: [(facts, account) => facts.session(account, '2026-10-01 00:10', { session_id: 's', retracted: 1, ...later(1) }, 'api-final')],
      months: [['live_view 7'], [], [], []],
    },
  ],
  'a lead is out as soon as its session, of whatever month, knows its leads itself, and in again when it is gone': [
    {
      told: [(facts, account) => facts.lead(account, 'l', '2026-09-02', { session_id: 's', count: 3 })],
      months: [[], ['lead 3'], [], []],
    },
    {
      told: [(facts, account) => facts.session(account, '2026-08-20 20:00', { session_id: 's', leads: 5 })],
      months: [['lead 5'], [], [], []],
    },
    {
      told: [(facts, account) => facts.session(account, '2026-08-20 20:00', { session_id: 's', retracted: 1, ...later(1) })],
      months: [[], ['lead 3'], [], []],
    },
    {
      told: [(facts, account) => facts.lead(account, 'l', '2026-11-01', { session_id: '', count: 4, ...later(2) })],
      months: [[], [], [], ['lead 4']],
    },
  ],
  'a reading that arrives late changes later months, an earlier reading the first one of others': [
    { told: [read('v', '2026-08-10', 100), read('v', '2026-11-10', 400)], months: [[], [], [], ['video_play 300']] },
    { told: [read('v', '2026-09-10', 250)], months: [[], ['video_play 150'], [], ['video_play 150']] },
    // the account's first reading is now of the video's own month: what came after it counts from 0
    { told: [read('other', '2026-07-04', 1)], months: [['video_play 100'], ['video_play 150'], [], ['video_play 150']] },
  ],
  'a session that ends months later is found in its own month': [
    {
      told: [
        (facts, account) => {
          facts.session(account, '2026-08-02 20:00', { session_id: 'a', views: 1, ended_at: at('2026-11-02 20:00') });
          facts.session(account, '2026-09-01 03:00', { session_id: 'b', views: 2 });
        },
      ],
      months: [['live_view 1'], ['live_view 2'], [], []],
    },
  ],
};

describe('what moves between months, from kept days', () => {
  let stores: TestStores;
  let serial = 0;
  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterAll(() => stores?.close());

  interface Kept {
    units: ValueUnitRow[];
    sessions: SessionCounts[];
  }

  class Stories {
    readonly account: string;
    private constructor(readonly brandId: number) {
      this.account = this.newAccount();
    }
    static async begin(): Promise<Stories> {
      const code = `story${++serial}`;
      return new Stories((await ensureBrand(stores.dataSource, { code, name: code, zone: ZONE })).brandId);
    }
    newAccount(): string {
      return new ValueFacts(this.brandId).account('douyin', `a${++serial}`);
    }
    /** One delivery; `meanwhile` happens while it is under way, with its rows written. */
    async tell(write: (facts: ValueFacts) => void, meanwhile: () => Promise<void> = () => Promise.resolve()): Promise<void> {
      const start = { brandId: this.brandId, kind: 'sessions', source: 'feed', contentHash: String(++serial) };
      const { deliveryId } = await beginDelivery(stores.dataSource, start);
      const timer = setInterval(() => void heartbeat(stores.dataSource, deliveryId).catch(() => undefined), 8000);
      const facts = new ValueFacts(this.brandId, deliveryId);
      write(facts);
      await facts.write(stores.warehouse);
      await meanwhile();
      clearInterval(timer);
      await finishDelivery(stores.dataSource, deliveryId, { read: 0, accepted: 0, replaced: 0, unchanged: 0, rejected: 0 });
    }
    async refresh(warehouse: Warehouse = stores.warehouse): Promise<number> {
      const brand = { brandId: this.brandId, readState: () => Promise.resolve(this.state()) };
      return (await refreshRollups({ ...stores, warehouse }, [VALUE_ROLLUP], brand))[0].keys;
    }
    /** Some months, each a bucket of its own; the same from the facts, or this throws. */
    private async kept(months: readonly string[], after: string): Promise<Kept> {
      const own = { brandId: this.brandId, zone: ZONE, fromDay: `${months[0]}-01`, toDay: `${after}-01` };
      const window = { ...own, sourceOrder: DEFAULT_POLICY.sourceOrder };
      const edges = months.map((month) => `${month}-01`);
      const from = async (stored: boolean) => {
        const [units, sessions] = await Promise.all([
          readValueUnits(stores.warehouse, { ...window, stored }, CARDS, edges),
          readSessionCounts(stores.warehouse, { ...window, stored }, 30, edges),
        ]);
        return { units, sessions };
      };
      const [kept, facts] = [await from(true), await from(false)];
      expect(kept).toEqual(facts);
      return kept;
    }
    /** Refreshes; net units of every account and month, `line units` each. */
    async months(): Promise<Map<string, string[][]>> {
      await this.refresh();
      const told = new Map<string, string[][]>();
      for (const { accountKey, bucket, line, net } of (await this.kept(MONTHS, AFTER_LAST_MONTH)).units) {
        if (net === 0n) continue;
        const months = told.get(accountKey) ?? MONTHS.map(() => []);
        months[bucket - 1].push(`${line} ${net}`);
        told.set(accountKey, months);
      }
      return told;
    }
    /** Each month asked for alone says what the months together said. */
    async expectSameAlone(together: Map<string, string[][]>): Promise<void> {
      for (const [place, month] of MONTHS.entries()) {
        const alone = (await this.kept([month], addMonths(month, 1))).units.filter(({ net }) => net !== 0n);
        const shown = alone.map(({ accountKey, line, net }) => `${accountKey} ${line} ${net}`);
        const asked = [...together].flatMap(([account, months]) => months[place].map((units) => `${account} ${units}`));
        expect([month, shown.sort()]).toEqual([month, asked.sort()]);
      }
    }
    state(): BrandState {
      return {
        brand: { brandId: this.brandId, code: 'x', name: 'x', zone: ZONE },
        policies: [DEFAULT_POLICY],
        ...{ accounts: [], ownerships: [], placements: [], rateCards: [], costs: [], declarations: [], sentinelKeys: [], grantedFrom: {} },
      };
    }
  }

  describe('after each of its deliveries and a refresh:', () => {
    const accounts = new Map<string, string>();
    /** By round: every story's next chapter arrives, whoever has none left keeps what there was. */
    const rounds: Map<string, string[][]>[] = [];
    beforeAll(async () => {
      const brand = await Stories.begin();
      for (const name of Object.keys(STORIES)) accounts.set(name, brand.newAccount());
      const chapters = Object.entries(STORIES);
      for (let round = 0; round < Math.max(...chapters.map(([, own]) => own.length)); round++) {
        const told = chapters.map(([name, own]) => ({ account: accounts.get(name)!, tells: own[round]?.told ?? [] }));
        for (let place = 0; place < Math.max(...told.map(({ tells }) => tells.length)); place++)
          await brand.tell((facts) => told.forEach(({ account, tells }) => tells[place]?.(facts, account)));
        rounds.push(await brand.months());
      }
      await brand.expectSameAlone(rounds.at(-1)!);
    });

    it.each(Object.keys(STORIES))('%s', (name) => {
      const chapters = STORIES[name];
      for (const [round, kept] of rounds.entries())
        expect({ round, months: kept.get(accounts.get(name)!) }).toEqual({ round, months: (chapters[round] ?? chapters.at(-1)!).months });
    });
  });

  it('what a delivery moves out while a refresh computes is still found by the next one', async () => {
    const story = await Stories.begin();
    await story.tell((facts) => facts.session(story.account, '2026-08-10 20:00', { session_id: 's', views: 7 }));
    await story.refresh();
    // moves into September; while September is computed, on to October
    await story.tell((facts) => facts.session(story.account, '2026-09-10 20:00', { session_id: 's', views: 7, ...later(1) }));
    const move = (meanwhile: () => Promise<void>) =>
      story.tell((facts) => facts.session(story.account, '2026-10-10 20:00', { session_id: 's', views: 7, ...later(2) }), meanwhile);
    let moved: Promise<void> | null = null;
    const after = new Map<string, () => void>();
    const hooked = new Proxy(stores.warehouse, {
      get: (target, name: keyof Warehouse) =>
        name !== 'runOnShards'
          ? typeof target[name] === 'function'
            ? (target[name] as () => unknown).bind(target)
            : target[name]
          : async (query: Parameters<Warehouse['runOnShards']>[0]) => {
              await target.runOnShards(query);
              if (query.params?.month !== 202609 || moved) return;
              await new Promise<void>((written) => {
                moved = move(() => new Promise((over) => (after.set('over', over), written())));
              });
            },
    });
    await story.refresh(hooked);
    after.get('over')!();
    await moved;
    expect((await story.months()).get(story.account)).toEqual([[], [], ['live_view 7'], []]);
  });

  it('computing the same month again leaves the same rows', async () => {
    const story = await Stories.begin();
    await story.tell((facts) => facts.session(story.account, '2026-08-10 20:00', { session_id: 's', views: 7 }));
    const told = await story.months();
    const state = story.state();
    const rules = valueRules(state, DEFAULT_POLICY, '2026-08')(story.account);
    for (const version of [1000n, 1001n]) {
      const keys = { state, policy: DEFAULT_POLICY, month: '2026-08', accounts: [{ accountKey: story.account, rules }] };
      await recomputeValue(stores.warehouse, { ...keys, version, previous: true });
    }
    expect(await story.months()).toEqual(told);
  });
});
