import type { CostKind, Platform, ValueLine } from '@app/contracts';
import type { SimAccount } from '../world/accounts';
import { dayText, monthFirstDay, monthText } from '../world/calendar';
import { SENTINEL, staffViewers } from '../world/entries';
import { between, generator } from '../world/random';
import type { World } from '../world/world';
import { createWires } from '../wire/servers';
import { channelsApp } from '../wire/channels';
import { TROUBLE_LEVELS } from '../wire/trouble';

type Row = Record<string, unknown>;

const firstDay = (world: World) => dayText(monthFirstDay(world.firstMonth));

/** The sales-region tree: regions, then the areas below them. */
export function regionRows(world: World): Row[] {
  const areas = [...new Set(world.dealers.map((dealer) => dealer.salesRegion))];
  const regions = [...new Set(areas.map((path) => path.split('/')[0] ?? path))];
  return [...regions, ...areas].map((path) => ({ path, validFrom: firstDay(world) }));
}

export function dealerRows(world: World): Row[] {
  const validFrom = firstDay(world);
  return world.dealers.map(({ dealerId, name, adcode, salesRegion, group }) => ({
    dealerId,
    name,
    adcode,
    salesRegion,
    group,
    status: 'active',
    validFrom,
  }));
}

/** One row an account, and a second one for the account that changes hands. */
export function accountRows(world: World): Row[] {
  const row = (account: SimAccount, dealerId: string | undefined, validFrom: string): Row => ({
    platform: account.platform,
    accountId: account.accountId,
    name: account.name,
    handle: account.handle,
    ...(account.unionId === null ? {} : { unionId: account.unionId }),
    ...(dealerId === undefined ? {} : { dealerId }),
    ownerKind: account.role,
    declaredTier: account.declaredTier,
    validFrom,
  });
  const change = world.ownershipChange;
  return [
    ...world.accounts.map((account) => row(account, account.dealer?.dealerId, firstDay(world))),
    row(change.account, change.to.dealerId, dayText(monthFirstDay(change.month))),
  ];
}

export function policyRows(world: World): Row[] {
  return [
    {
      fromMonth: monthText(world.firstMonth),
      visitGapMinutes: 30,
      minVisits: 4,
      minVisitDwellSeconds: 0,
      minSessionMinutes: 0,
      requiredCostKinds: 'video,host',
      cpaDouyinCny: '18',
      cpaKuaishouCny: '15',
      cpaChannelsCny: '22',
    },
  ];
}

// line, unit price, discount
const PRICES: Record<Platform, [ValueLine, string, string][]> = {
  douyin: [
    ['live_view', '1.5', '0.7'],
    ['video_play', '0.25', '0.5'],
    ['like', '0.04', '0.5'],
    ['comment', '0.8', '0.5'],
    ['share', '1.5', '0.5'],
    ['follow', '4', '0.5'],
  ],
  kuaishou: [
    ['live_view', '1.2', '0.7'],
    ['video_play', '0.2', '0.5'],
    ['like', '0.03', '0.5'],
    ['comment', '0.6', '0.5'],
    ['share', '1.2', '0.5'],
    ['follow', '3', '0.5'],
  ],
  channels: [
    ['live_viewer', '1.9', '0.7'],
    ['video_play', '0.3', '0.5'],
    ['like', '0.05', '0.5'],
    ['comment', '1', '0.5'],
    ['share', '2', '0.5'],
    ['follow', '5', '0.5'],
  ],
};

/** A sample rate card, marked so: nothing may be settled by it. Channels tells persons, not views. */
export function rateCardRows(world: World): Row[] {
  const validFrom = firstDay(world);
  return Object.entries(PRICES).flatMap(([platform, lines]) =>
    lines.map(([line, unitPriceCny, discount]) => ({
      platform,
      line,
      unitPriceCny,
      discount,
      validFrom,
      sourceNote: '演示用示例价，不可结算',
      sample: true,
    })),
  );
}

/** Per dealer and month: video and host always, equipment at the start, red packets where there are raffles. */
export function costRows(world: World): Row[] {
  const rows: Row[] = [];
  for (const dealer of world.dealers) {
    const size = dealer.index < 14 ? 1 : dealer.index < 20 ? 0.5 : 0.2;
    for (const month of world.months) {
      const random = generator(world.seed, 111, dealer.index, month);
      const put = (kind: CostKind, low: number, high: number) => {
        const day = dayText(monthFirstDay(month) + 4);
        const costId = `C-${dealer.dealerId}-${monthText(month)}-${kind}`;
        rows.push({ costId, dealerId: dealer.dealerId, day, kind, amountCny: (between(random, low, high) * size).toFixed(2) });
      };
      put('video', 2_400, 5_200);
      put('host', 8_000, 14_000);
      if (month === world.firstMonth) put('equipment', 3_000, 9_000);
      if (dealer.index % 4 === 1) put('red_packet', 400, 1_600);
      if (dealer.index % 3 === 0 && month % 3 === 1) put('ads', 2_000, 6_000);
    }
  }
  return rows;
}

/** Raffles of the twelve months, two declared staff viewers per feed account, paid boosts, and the outages. */
export function declarationRows(world: World, full: boolean): Row[] {
  const rows: Row[] = [];
  const of = (account: SimAccount) => ({ platform: account.platform, accountId: account.accountId });
  const iso = (ms: number) => new Date(ms).toISOString();
  for (const account of world.accounts) {
    for (const session of world.sessionsBetween(account, world.startsAt, world.endsAt)) {
      if (session.raffleAt !== null) {
        const at = iso(session.raffleAt);
        rows.push({ declarationId: `R-${session.sessionId}`, ...of(account), kind: 'raffle', from: at, to: at, detail: '直播间红包抽奖' });
      }
      if (session.paidViews > 0) {
        rows.push({
          declarationId: `P-${session.sessionId}`,
          ...of(account),
          kind: 'paid',
          from: iso(session.startedAt),
          to: iso(session.endedAt),
          detail: `投放带来约 ${session.paidViews} 人次`,
        });
      }
    }
    const outage = world.outagePeriod(account);
    if (outage)
      rows.push({
        declarationId: `O-${account.index}`,
        ...of(account),
        kind: 'outage',
        from: iso(outage.from),
        to: iso(outage.to),
        detail: '平台接口停用',
      });
  }
  for (const account of world.feedAccounts(full)) {
    for (const [k, viewer] of staffViewers(world.seed, account).slice(0, 2).entries()) {
      rows.push({
        declarationId: `S-${account.index}-${k}`,
        ...of(account),
        kind: 'staff',
        from: iso(world.startsAt),
        to: iso(world.endsAt + 400 * 86_400_000),
        viewer,
        detail: '店内员工',
      });
    }
  }
  return rows;
}

export function sentinelRows(): Row[] {
  return [{ viewer: SENTINEL }, { viewer: '0' }];
}

/** What the owners granted on the first day; the simulator of the same seed takes these tokens. A Channels account is its own app. */
export function grantRows(world: World): Row[] {
  const wires = createWires(world, TROUBLE_LEVELS.none, () => world.startsAt);
  return world.accounts.map((account) => {
    const shared = { accounts: [account.accountId] };
    switch (account.platform) {
      case 'douyin':
        return {
          product: 'douyin-open',
          principalId: account.openId,
          ...shared,
          openId: account.openId,
          ...wires.douyinOAuth.granted(account),
        };
      case 'kuaishou':
        return {
          product: 'kuaishou-open',
          principalId: account.openId,
          ...shared,
          openId: account.openId,
          ...wires.kuaishou.granted(account),
        };
      case 'channels': {
        const app = channelsApp(world.seed, account);
        return { product: 'channels-app', principalId: app.appId, ...shared, ...app, ...wires.channels.granted(account) };
      }
    }
  });
}
