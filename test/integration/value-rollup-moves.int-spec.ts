import { readSessionCounts, readValueUnits, recomputeValue, valueRules } from '@app/analytics';
import { BrandState, DEFAULT_POLICY, addMonths } from '@app/contracts';
import { beginDelivery, ensureBrand, finishDelivery, heartbeat } from '@app/database';
import { VALUE_ROLLUP, refreshRollups } from '@app/rollup';
import type { Warehouse } from '@app/warehouse';
import { TestStores, openTestStores } from '../support/stores';
import { ValueFacts, ZONE, at, rateCard } from './value-facts';

const MONTHS = ['2026-08', '2026-09', '2026-10', '2026-11'];
const CARDS = [rateCard('live_view', '1'), rateCard('video_play', '1'), rateCard('lead', '1')];

describe('what moves between months, from kept days', () => {
  let stores: TestStores;
  let serial = 0;
  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterAll(() => stores?.close());

  class Story {
    readonly account: string;
    private constructor(readonly brandId: number) {
      this.account = new ValueFacts(brandId).account();
    }
    static async begin(): Promise<Story> {
      const code = `story${++serial}`;
      return new Story((await ensureBrand(stores.dataSource, { code, name: code, zone: ZONE })).brandId);
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
    /** Net units per month, `line units` each, after a refresh; the same from the facts, or this throws. */
    async months(): Promise<string[][]> {
      await this.refresh();
      const told: string[][] = [];
      for (const month of MONTHS) {
        const own = { brandId: this.brandId, zone: ZONE, fromDay: `${month}-01`, toDay: `${addMonths(month, 1)}-01` };
        const window = { ...own, sourceOrder: DEFAULT_POLICY.sourceOrder };
        const read = (stored: boolean) =>
          Promise.all([
            readValueUnits(stores.warehouse, { ...window, stored }, CARDS, [window.fromDay]),
            readSessionCounts(stores.warehouse, { ...window, stored }, 30, [window.fromDay]),
          ]);
        const [kept, facts] = [await read(true), await read(false)];
        expect(kept).toEqual(facts);
        told.push(kept[0].filter(({ net }) => net !== 0n).map(({ line, net }) => `${line} ${net}`));
      }
      return told;
    }
    state(): BrandState {
      return {
        brand: { brandId: this.brandId, code: 'x', name: 'x', zone: ZONE },
        policies: [DEFAULT_POLICY],
        ...{ accounts: [], ownerships: [], placements: [], rateCards: [], costs: [], declarations: [], sentinelKeys: [], grantedFrom: {} },
      };
    }
  }
  const later = (day: number) => ({ observed_at: at('2026-11-02 00:00') + day * 86_400_000 });

  it('a session that moves leaves no units in its old month, its source gone neither', async () => {
    const story = await Story.begin();
    await story.tell((facts) => facts.session(story.account, '2026-08-31 23:00', { session_id: 's', views: 7 }, 'feed'));
    expect(await story.months()).toEqual([['live_view 7'], [], [], []]);
    await story.tell((facts) => facts.session(story.account, '2026-10-01 00:10', { session_id: 's', views: 9 }, 'api-final'));
    expect(await story.months()).toEqual([[], [], ['live_view 9'], []]);
    await story.tell((facts) =>
      facts.session(story.account, '2026-10-01 00:10', { session_id: 's', retracted: 1, ...later(1) }, 'api-final'),
    );
    expect(await story.months()).toEqual([['live_view 7'], [], [], []]);
  });

  it('a lead is out as soon as its session, of whatever month, knows its leads itself, and in again when it is gone', async () => {
    const story = await Story.begin();
    await story.tell((facts) => facts.lead(story.account, 'l', '2026-09-02', { session_id: 's', count: 3 }));
    expect(await story.months()).toEqual([[], ['lead 3'], [], []]);
    await story.tell((facts) => facts.session(story.account, '2026-08-20 20:00', { session_id: 's', leads: 5 }));
    expect(await story.months()).toEqual([['lead 5'], [], [], []]);
    await story.tell((facts) => facts.session(story.account, '2026-08-20 20:00', { session_id: 's', retracted: 1, ...later(1) }));
    expect(await story.months()).toEqual([[], ['lead 3'], [], []]);
    await story.tell((facts) => facts.lead(story.account, 'l', '2026-11-01', { session_id: '', count: 4, ...later(2) }));
    expect(await story.months()).toEqual([[], [], [], ['lead 4']]);
  });

  it('a reading that arrives late changes later months, an earlier reading the first one of others', async () => {
    const story = await Story.begin();
    const read = (video: string, day: string, plays: number) => (facts: ValueFacts) =>
      facts.reading(story.account, video, `${day} 12:00`, '2026-07-05 12:00', { plays });
    await story.tell(read('v', '2026-08-10', 100));
    await story.tell(read('v', '2026-11-10', 400));
    expect(await story.months()).toEqual([[], [], [], ['video_play 300']]);
    await story.tell(read('v', '2026-09-10', 250));
    expect(await story.months()).toEqual([[], ['video_play 150'], [], ['video_play 150']]);
    // the account's first reading is now of the video's own month: what came after it counts from 0
    await story.tell(read('other', '2026-07-04', 1));
    expect(await story.months()).toEqual([['video_play 100'], ['video_play 150'], [], ['video_play 150']]);
  });

  it('a session that ends months later is found in its own month', async () => {
    const story = await Story.begin();
    await story.tell((facts) => {
      facts.session(story.account, '2026-08-02 20:00', { session_id: 'a', views: 1, ended_at: at('2026-11-02 20:00') });
      facts.session(story.account, '2026-09-01 03:00', { session_id: 'b', views: 2 });
    });
    expect(await story.months()).toEqual([['live_view 1'], ['live_view 2'], [], []]);
  });

  it('what a delivery moves out while a refresh computes is still found by the next one', async () => {
    const story = await Story.begin();
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
    expect(await story.months()).toEqual([[], [], ['live_view 7'], []]);
  });

  it('computing the same month again leaves the same rows', async () => {
    const story = await Story.begin();
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
