import { ScenarioEngine } from '../scenario/engine';
import type { ScenarioSetting } from '../scenario/catalogue';
import type { SimAccount } from '../world/accounts';
import { DAY, dayOf, dayText } from '../world/calendar';
import { finalAt } from '../world/sessions';
import { createWorld } from '../world/world';
import { channelsApp } from './channels';
import { hasShop } from './channels-shop';
import { createWires } from './servers';
import { TENCENT_ADS_BRAND } from './tencent-ads';
import { TROUBLE_LEVELS } from './trouble';

const world = createWorld({ seed: 7, endMonth: '2026-10' });
type Answer = Record<string, unknown>;
type Rows = Record<string, unknown>[];
const plain = (one: SimAccount): boolean => !one.withoutLiveInterface && !one.outage;
const asked = (path: string, query: Record<string, string>, body: object) => ({
  ...{ method: 'POST', path, query: new URLSearchParams(query) },
  ...{ headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
});

/** The servers at an instant: 60 days into the world. */
function open(settings: ScenarioSetting[] = []) {
  const clock = { now: world.startsAt + 60 * DAY };
  const scenarios = new ScenarioEngine(world, () => clock.now);
  scenarios.set(settings);
  return { clock, wires: createWires(world, TROUBLE_LEVELS.none, () => clock.now, scenarios) };
}

describe('Channels: rooms of shops, and leads one by one', () => {
  function asker(wires: ReturnType<typeof open>['wires']) {
    return (one: SimAccount, path: string, body: object): Answer => {
      const { appId, appSecret } = channelsApp(world.seed, one);
      const token = wires.channels.answer(asked('/cgi-bin/stable_token', {}, { appid: appId, secret: appSecret })) as Answer;
      return wires.channels.answer(asked(`/channels/${path}`, { access_token: String(token['access_token']) }, body)) as Answer;
    };
  }

  it('a dashboard is JSON texts in JSON, and only shops have one; lists of rooms have a has_more and nothing to page by', () => {
    const ask = asker(open().wires);
    const shop = world.of('channels').find((one) => hasShop(one) && plain(one))!;
    const [session] = world.sessionsBetween(shop, world.startsAt, world.startsAt + 50 * DAY);
    const told = ask(shop, 'livedashboard/getlivedata', { export_id: session!.sessionId });
    const { live_dashboard_data: block } = JSON.parse(String(told['live_dashboard_data'])) as Record<string, { summary: Answer }>;
    expect(block?.summary).toMatchObject({ comment_uv: session!.commenters, max_online_watch_uv: session!.peakConcurrent });
    const ds = Number(dayText(dayOf(session!.startedAt)).replaceAll('-', ''));
    expect(ask(shop, 'livedashboard/getlivelist', { ds })['live_items']).toContainEqual(
      expect.objectContaining({ export_id: session!.sessionId }),
    );
    const others = world.of('channels').slice(0, 2); // the brand's own, one of them of each kind
    expect(others.map((one) => ask(one, 'livedashboard/getlivedata', { export_id: 'e' })['errcode'])).toEqual([48001, 48001]);
    const lists = others.map((one) => ask(one, 'livedashboard/getlivelist', { ds }));
    expect(lists.map((one) => one['live_items'])).toEqual([[], []]);
    expect(new Set(lists.map((one) => one['has_more']))).toEqual(new Set([true, false]));
    expect(ask(shop, 'livedashboard/getlivelist', { ds: 20_231_231 })['errcode']).toBe(5);
  });

  it('leads come in pages, a place as a list, numbers as texts', () => {
    const ask = asker(open().wires);
    const one = world.of('channels').find((some) => some.role === 'brand' && plain(some))!;
    const [{ leads_component_id } = {}] = ask(one, 'leads/get_leads_component_id', {})['item'] as Rows;
    const span = { leads_component_id, start_time: world.startsAt / 1000, end_time: world.startsAt / 1000 + 20 * 86_400 };
    const leads: Rows = [];
    for (let last_buffer: unknown = '', more = true; more;) {
      const answer = ask(one, 'leads/get_leads_info_by_component_id', { ...span, last_buffer, version: 1 });
      leads.push(...(answer['user_data'] as Rows));
      last_buffer = answer['last_buffer'];
      more = answer['continue_flag'] === true;
    }
    const rooms = world.sessionsBetween(one, world.startsAt, world.startsAt + 20 * DAY);
    expect(leads).toHaveLength(rooms.reduce((sum, { leads: count }) => sum + count, 0));
    expect((leads[0]?.['leads_data'] as Rows).map(({ value }) => Array.isArray(value))).toEqual([false, false, true]);
    const [record] = ask(one, 'leads/get_leads_component_promote_record', span)['record_data'] as Rows;
    expect(record).toMatchObject({ leads_num: String(rooms[0]!.leads), live_audience_count: String(rooms[0]!.uniqueViewers) });
    const [{ request_id } = {}] = ask(one, 'leads/get_leads_request_id', { leads_component_id })['item'] as Rows;
    const ofRoom = ask(one, 'leads/get_leads_info_by_request_id', { request_id })['user_data'] as Rows;
    expect(ofRoom).toHaveLength(Math.min(10, rooms[0]!.leads));
    expect(ask(one, 'leads/get_leads_info_by_component_id', { ...span, leads_component_id: 'another' })['errcode']).toBe(1);
  });
});

describe('Channels: tokens of its own and the account', () => {
  const all = world.of('channels').filter(plain);
  const attributesOf = (wires: ReturnType<typeof open>['wires'], token: string): Answer =>
    wires.channels.answer(asked('/channels/finderlive/get_finder_attr_by_appid', { access_token: token }, {})) as Answer;
  const plainToken = (wires: ReturnType<typeof open>['wires'], one: SimAccount): string => {
    const { appId, appSecret } = channelsApp(world.seed, one);
    return String((wires.channels.answer(asked('/cgi-bin/token', { appid: appId, secret: appSecret }, {})) as Answer)['access_token']);
  };

  it('a token that is asked for anew ends the older one after five minutes', () => {
    const { wires, clock } = open();
    const [older, newer] = [plainToken(wires, all[0]!), plainToken(wires, all[0]!)];
    const codes = (): unknown[] => [older, newer].map((token) => attributesOf(wires, token)['errcode']);
    expect(codes()).toEqual([0, 0]);
    clock.now += 5 * 60_000;
    expect(codes()).toEqual([40001, 0]);
  });

  it('tells fans a few off the back office, in an object or a list of one', () => {
    const { wires, clock } = open();
    const told = all.map((one) => ({ one, attributes: attributesOf(wires, plainToken(wires, one))['finder_attr'] as Answer | Rows }));
    expect(new Set(told.map(({ attributes }) => Array.isArray(attributes)))).toEqual(new Set([true, false]));
    const off = told.map(({ one, attributes }) => {
      const [{ fans_count } = {}] = Array.isArray(attributes) ? attributes : [attributes];
      return Number(fans_count) - world.followers(one, dayOf(clock.now));
    });
    expect(off.every((by) => Math.abs(by) <= 3)).toBe(true);
    expect(off.some((by) => by !== 0)).toBe(true);
  });
});

describe('Tencent Ads', () => {
  const account = world.of('channels').find(plain)!;
  let nonce = 0;
  function asker({ wires, clock }: ReturnType<typeof open>) {
    const { advertisers } = wires.tencentads;
    const { accessToken } = advertisers.granted(account, clock.now);
    return (path: string, body: object = {}, query: Record<string, string> = {}): Answer =>
      wires.tencentads.answer(
        asked(
          `/v3.0/${path}`,
          { access_token: accessToken, timestamp: String(clock.now / 1000), nonce: `n${++nonce}`, ...query },
          {
            account_id: advertisers.idOf(account),
            brand_ids: [TENCENT_ADS_BRAND],
            video_channel_ids: [account.accountId],
            page: 1,
            page_size: 10,
            ...body,
          },
        ),
      ) as Answer;
  }
  const span = (from: number, days: number) => {
    const dateOf = (day: number): number => Number(dayText(day).replaceAll('-', ''));
    return { start_date: dateOf(dayOf(from)), end_date: dateOf(dayOf(from) + days - 1) };
  };

  it('refuses a timestamp that is off by more than five minutes, a nonce twice, and a brand’s account without its brand', () => {
    const ask = asker(open());
    const fans = (body: object, query?: Record<string, string>) =>
      ask('video_channel_fans_data/get', { ...span(world.startsAt, 3), ...body }, query)['code'];
    const off = (seconds: number) => ({ timestamp: String((world.startsAt + 60 * DAY) / 1000 + seconds) });
    expect([fans({}), fans({}, off(299)), fans({}, off(-301)), fans({ brand_ids: [] })]).toEqual([0, 0, 12000, 31000]);
    expect([fans({}, { nonce: 'same' }), fans({}, { nonce: 'same' })]).toEqual([0, 12000]);
  });

  it('pages its tables, but not the one of dealers', () => {
    const ask = asker(open());
    const fans = ask('video_channel_fans_data/get', span(world.startsAt, 25))['data'] as Record<string, Rows | Answer>;
    expect([(fans['fans_info_list'] as Rows).length, (fans['page_info'] as Answer)['total_page']]).toEqual([10, 3]);
    const dealers = ask('video_channel_dealer_data/get', span(world.startsAt, 25))['data'] as Record<string, Rows>;
    expect([dealers['dealer_info_list']?.length, 'page_info' in dealers]).toEqual([25, false]);
  });

  it('changes figures of the last days late, where that is switched on', () => {
    const servers = open([{ name: 'late-corrections', rate: 1 }]);
    const [session] = world.sessionsBetween(account, world.startsAt, world.startsAt + 50 * DAY);
    const persons = (at: number): unknown => {
      servers.clock.now = at;
      const { data } = asker(servers)('video_channel_live_data/get', span(session!.startedAt, 1)) as { data: Record<string, Rows> };
      return data['living_info_list']?.find((row) => row['showings_id'] === `show-${session!.sessionId}`)?.['watching_person_uv'];
    };
    const [before, after] = [persons(finalAt(session!) + DAY), persons(finalAt(session!) + 3 * DAY)];
    expect([before, after]).toEqual([session!.uniqueViewers, Math.round(session!.uniqueViewers * 0.98)]);
  });
});
