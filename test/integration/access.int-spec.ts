import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ExcelJS from '@protobi/exceljs';
import { reachFor } from '@app/access';
import { loadSettings } from '@app/config';
import {
  Action,
  Brand,
  Grant,
  Level,
  PLATFORMS,
  REPORTS,
  ROLES,
  RankingRow,
  Report,
  ReportName,
  Standing,
  Subject,
  addDays,
} from '@app/contracts';
import { StateReader, ensureBrand } from '@app/database';
import { accountKey } from '@app/warehouse';
import { AccessModule, type RuledRoute } from '../../apps/api/src/http/access.module';
import { writeReport } from '../../apps/cli/src/report-format';
import { identityParts } from '../../apps/process/identity-services';
import { RunningRole, runRole } from '../../apps/process/run-role';
import { FixedClock } from '../support/fixed-clock';
import { TEST_SEED, seeded } from '../support/seeded';
import { People } from '../support/sign-in';
import { TestStores, openTestStores } from '../support/stores';
import { openWhatIfBrand } from '../support/what-if-brand';

const NOW = '2026-11-03T12:00:00+08:00';
const HOUR_MS = 3_600_000;
const LONG = process.env.VITRINE_TEST_LONG === '1';
/** Requests of the random part: as many as fit into some seconds. */
const REQUESTS = LONG ? 2_000 : 30;
const TOGETHER = 8;
const OWN_KEY = 'api-key';
const OCTOBER = Date.parse('2026-10-01T00:00:00+08:00');
const EAST = '华东';

/** Who owns which account of the brand of `openWhatIfBrand` on a day, and where dealers stand: written down by hand. */
const REGION_OF: Record<string, string> = { d0: '华东/浙江', d1: '华东/江苏', d2: '华南/广东', d3: '华东/浙江', d4: '华东/江苏' };
const ownerOn = (account: number, day: string): string | null =>
  account === 11 ? null : account === 1 && day >= '2026-10-12' ? 'd2' : `d${account % 5}`;
const ACCOUNTS = Array.from({ length: 12 }, (_, at) => ({ at, platform: at % 3 === 2 ? ('kuaishou' as const) : ('douyin' as const) }));

interface Scoped {
  login: string;
  role: (typeof ROLES)[number];
  grants: (brand: Brand) => Grant[];
  /** May they see the dealer on that day? */
  dealer: (dealerId: string, day: string) => boolean;
  /** Accounts that were granted one by one. */
  accounts?: number[];
}
const nobody = () => false;
const PEOPLE: Scoped[] = [
  { login: 'dealer-1', role: 'dealer', grants: () => [{ kind: 'dealer', dealerId: 'd1' }], dealer: (id) => id === 'd1' },
  { login: 'dealer-2', role: 'dealer', grants: () => [{ kind: 'dealer', dealerId: 'd2' }], dealer: (id) => id === 'd2' },
  {
    login: 'east',
    role: 'region-manager',
    grants: () => [{ kind: 'region', path: EAST, from: 0, to: null }],
    dealer: (id) => REGION_OF[id].startsWith(`${EAST}/`),
  },
  {
    login: 'zhejiang-late',
    role: 'region-manager',
    grants: () => [{ kind: 'region', path: '华东/浙江', from: OCTOBER + 9 * 24 * HOUR_MS, to: null }],
    dealer: (id, day) => REGION_OF[id] === '华东/浙江' && day >= '2026-10-10',
  },
  {
    login: 'two-shops',
    role: 'dealer-group',
    grants: () => [
      { kind: 'dealer', dealerId: 'd0' },
      { kind: 'dealer', dealerId: 'd4' },
    ],
    dealer: (id) => ['d0', 'd4'].includes(id),
  },
  {
    login: 'host-of-3',
    role: 'host',
    grants: ({ brandId }) => [{ kind: 'account', accountKey: accountKey(brandId, 'douyin', 'a3').toString() }],
    dealer: nobody,
    accounts: [3],
  },
  { login: 'part-auditor', role: 'read-only', grants: () => [{ kind: 'dealer', dealerId: 'd3' }], dealer: (id) => id === 'd3' },
  { login: 'no-grant', role: 'dealer', grants: () => [], dealer: nobody },
];

const daysOf = (from: string, to: string): string[] => (from >= to ? [] : [from, ...daysOf(addDays(from, 1), to)]);
const seesDealer = (who: Scoped, id: string, days: string[]): boolean => days.every((day) => who.dealer(id, day));
const seesAccount = (who: Scoped, at: number, days: string[]): boolean =>
  (who.accounts?.includes(at) ?? false) ||
  days.every((day) => {
    const owner = ownerOn(at, day);
    return owner !== null && who.dealer(owner, day);
  });

if (LONG) jest.setTimeout(3_600_000);

describe('who may do and see what over HTTP', () => {
  let stores: TestStores;
  let running: RunningRole;
  let brand: Brand;
  let routes: RuledRoute[];
  const tokens = new Map<string, string>();
  const expired = new Map<string, string>();

  const send = async (method: string, address: string, token?: string, body?: object) => {
    const headers: Record<string, string> = { ...(token ? { authorization: `Bearer ${token}` } : {}) };
    if (body) headers['content-type'] = 'application/json';
    const response = await fetch(`${running.url}/${address}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    if (!response.headers.get('content-type')?.startsWith('text/event-stream'))
      return { status: response.status, text: await response.text() };
    await response.body?.cancel(); // a stream has no end: whoever may open it has been told by then
    return { status: response.status, text: '' };
  };
  const get = async <Body>(who: string, address: string) => {
    const { status, text } = await send('GET', `api/v1/${address}`, tokens.get(who));
    return { status, text, body: JSON.parse(text) as Body };
  };

  beforeAll(async () => {
    stores = await openTestStores();
    const brandId = await openWhatIfBrand(stores);
    const rival = await ensureBrand(stores.dataSource, { code: 'rival', name: 'Rival', zone: 'Asia/Shanghai' });
    brand = await new StateReader(stores.dataSource, stores.secret).brand('acme');
    expect(brand.brandId).toBe(brandId);
    const rates = { VITRINE_RATE_ADDRESS: '0', VITRINE_RATE_USER: '0', VITRINE_RATE_SIGN_IN: '0' };
    const settings = loadSettings({ VITRINE_DATA: stores.dataDir, PORT: '0', LOG_LEVEL: 'silent', ...rates });
    const opened = { ...stores, settings, clock: new FixedClock(NOW), close: () => Promise.resolve() };
    running = await runRole('api', opened);
    routes = running.app.get(AccessModule).routes();
    const parts = identityParts(opened);
    const people = new People(parts, brand);
    for (const role of ROLES) await people.add({ login: role, role, grants: roleGrants(role) });
    for (const { login, role, grants } of PEOPLE) await people.add({ login, role, grants: grants(brand) });
    for (const login of ROLES) expired.set(login, await people.token(login, HOUR_MS / 2));
    for (const { login } of [...ROLES.map((role) => ({ login: role })), ...PEOPLE]) tokens.set(login, await people.token(login));
    tokens.set(OWN_KEY, await people.key('all', [{ kind: 'brand' }]));
    const rivals = new People(parts, rival);
    await rivals.add({ login: 'admin', role: 'brand-admin', grants: [{ kind: 'brand' }] });
    tokens.set('rival', await rivals.token('admin'));
  });
  afterAll(async () => {
    await running?.close();
    await stores?.close();
  });

  const roleGrants = (role: (typeof ROLES)[number]): Grant[] => {
    if (role === 'region-manager') return [{ kind: 'region', path: EAST, from: 0, to: null }];
    if (role === 'dealer' || role === 'dealer-group') return [{ kind: 'dealer', dealerId: 'd1' }];
    return role === 'host' ? [{ kind: 'account', accountKey: '1' }] : [{ kind: 'brand' }];
  };
  const addressOf = ({ path: of }: RuledRoute): string => of.replace(/:platform/g, 'douyin').replace(/:\w+/g, '0');
  const bodyOf = ({ method }: RuledRoute, more?: object): object | undefined => (method === 'GET' ? undefined : { ...more });
  const inTurns = async <Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> => {
    const left = [...items];
    await Promise.all(
      Array.from({ length: TOGETHER }, async () => {
        for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
      }),
    );
  };

  it('every route × every role × own, foreign, missing, expired and tampered token', async () => {
    const ruled = routes.flatMap((route) =>
      route.rule !== undefined && route.rule !== 'public' ? [{ route, action: route.rule.action }] : [],
    );
    expect(ruled.length).toBeGreaterThan(70);
    const standings: Standing[] = [...ROLES, OWN_KEY];
    const cases = ruled.flatMap(({ route, action }, place) =>
      standings.map((role, at) => ({ route, action, role, strange: LONG || (place + at) % 4 === 0, first: at === 0 })),
    );
    const faults: string[] = [];
    let asked = 0;
    await inTurns(cases, async ({ route, action, role, strange, first }) => {
      const token = tokens.get(role)!;
      const expect_ = (kind: string, status: number, fine: boolean) => {
        asked += 1;
        if (!fine) faults.push(`${route.method} ${route.path} ${role} ${kind}: ${status}`);
      };
      const call = (given?: string, query = '', more?: object) =>
        send(route.method, `${addressOf(route)}${query}`, given, bodyOf(route, more)).then(({ status }) => status);
      const tampered = token.startsWith('ey') ? `${token.slice(0, -4)}${token.at(-4) === 'A' ? 'B' : 'A'}${token.slice(-3)}` : `${token}x`;
      for (const [kind, given, wanted] of [
        ['missing', undefined, first], // is the same whose ever it is
        ['expired', expired.get(role) ?? `${token.slice(0, 20)}`, strange],
        ['tampered', tampered, strange],
      ] as const) {
        if (!wanted) continue;
        const status = await call(given);
        expect_(kind, status, status === 401);
      }
      const may = reachOf(role, action) !== 'none';
      const own = await call(token);
      expect_('own', own, may ? ![401, 403].includes(own) && own < 500 : own === 403);
      const foreign = await call(token, '?brand=rival', { brand: 'rival' });
      expect_('foreign', foreign, foreign === (may ? 404 : 403));
    });
    console.log(
      `matrix: ${ruled.length} routes × ${standings.length} roles × up to 5 tokens = ${asked} requests; ${routes.length - ruled.length} open routes`,
    );
    expect(faults).toEqual([]);
    // and the same brand through the token of another one: it does not exist
    for (const address of ['reports/value?brand=acme', 'accounts?brand=acme', 'closes/status?brand=acme'])
      expect([address, (await get('rival', address)).status]).toEqual([address, 404]);
    expect((await get<Report<Subject>>('rival', 'reports/value?level=account&month=2026-10')).body.rows).toEqual([]);
  });

  const reachOf = (role: Standing, action: Action) =>
    reachFor({ role, grants: role === OWN_KEY ? [{ kind: 'brand' }] : roleGrants(role as 'dealer') }, action);

  /** What is written of accounts and dealers of others in a text. */
  const foreignIn = (text: string, who: Scoped, days: string[]): string[] =>
    [
      ...ACCOUNTS.filter(({ at }) => !seesAccount(who, at, days)).map(({ at }) => new RegExp(`\\ba${at}\\b|\\bAccount ${at}\\b`)),
      ...Object.keys(REGION_OF)
        .filter((id) => !seesDealer(who, id, days) && !(who.accounts ?? []).some((at) => days.some((day) => ownerOn(at, day) === id)))
        .map((id) => new RegExp(`"${id}"|\\bDealer ${id.slice(1)}\\b`)),
    ].flatMap((name) => name.exec(text)?.[0] ?? []);

  const random = seeded(TEST_SEED);
  const one = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)];
  const spanOf = (): { query: string; days: string[] } => {
    if (random() < 0.5) {
      const month = one(['2026-09', '2026-10']);
      return { query: `month=${month}`, days: daysOf(`${month}-01`, month === '2026-09' ? '2026-10-01' : '2026-11-01') };
    }
    const from = addDays('2026-09-05', Math.floor(random() * 45));
    const to = addDays(from, 1 + Math.floor(random() * 12));
    return { query: `from=${from}&to=${to}`, days: daysOf(from, to) };
  };

  const idOf = ({ level, platform, accountId, dealerId, salesRegion, adcode }: Subject): string =>
    level === 'account' ? `${platform}/${accountId}` : (dealerId ?? salesRegion ?? adcode ?? level);
  const byHand = (rows: Subject[], who: Scoped, days: string[], level: Level): Subject[] =>
    rows.filter(({ accountId, dealerId, salesRegion }) => {
      if (level === 'account') return seesAccount(who, Number(accountId!.slice(1)), days);
      if (level === 'dealer') return dealerId != null && seesDealer(who, dealerId, days);
      return Object.entries(REGION_OF).every(([id, region]) => !`${region}/`.startsWith(`${salesRegion}/`) || seesDealer(who, id, days));
    });

  it('each report × each scope: the rows are the brand admin’s, chosen by hand, ranks and all', async () => {
    const levels: [Level, string][] = [
      ['account', ''],
      ['dealer', ''],
    ];
    let compared = 0;
    for (const [place, name] of REPORTS.filter((report) => report !== 'signals').entries())
      for (const [at, [level, more]] of levels.entries())
        for (const span of ['month=2026-09', 'month=2026-10'].filter((_, month) => LONG || (place + at + month) % 2 === 0)) {
          const address = `reports/${name}?level=${level}&${span}${more}`;
          const days = span.endsWith('09') ? daysOf('2026-09-01', '2026-10-01') : daysOf('2026-10-01', '2026-11-01');
          const whole = await get<Report<Subject>>('brand-admin', address);
          expect([address, whole.status]).toEqual([address, 200]);
          const of = whole.body.rows[0]?.level ?? level;
          await inTurns(PEOPLE, async (who) => {
            const own = await get<Report<Subject>>(who.login, address);
            expect([address, who.login, own.body.rows]).toEqual([address, who.login, byHand(whole.body.rows, who, days, of)]);
            expect(own.body.meta.accountsTotal).toBeLessThanOrEqual(12);
            compared += 1;
          });
        }
    // sales regions of their manager; of others their own accounts, and no standing
    const sales = 'reports/ranking?level=region&regions=sales&month=2026-10';
    const whole = (await get<Report<RankingRow>>('brand-admin', sales)).body.rows;
    expect((await get<Report<RankingRow>>('east', sales)).body.rows).toEqual(
      whole.filter(({ salesRegion }) => salesRegion?.startsWith(EAST)),
    );
    const part = (await get<Report<RankingRow>>('dealer-1', sales)).body.rows;
    expect(part.map(({ rank, score, parts }) => [rank, score, parts])).toEqual(part.map(() => [null, null, []]));
    expect(part.map(({ accountsTotal }) => accountsTotal)).toEqual([1]);
    console.log(`reports: ${compared} answers compared with the brand admin's`);
  });

  it('an export holds what the answer holds: CSV and XLSX of a scope name nobody else', async () => {
    const folder = fs.mkdtempSync(path.join(stores.dataDir, 'export-'));
    for (const who of PEOPLE.slice(0, 6)) {
      const { body } = await get<Report<Subject>>(who.login, 'reports/ranking?level=account&month=2026-10');
      const days = daysOf('2026-10-01', '2026-11-01');
      const [csv, xlsx] = ['csv', 'xlsx'].map((kind) => path.join(folder, `${who.login}.${kind}`));
      await writeReport(body, 'csv', { out: csv });
      await writeReport(body, 'xlsx', { out: xlsx });
      const book = new ExcelJS.Workbook();
      await book.xlsx.readFile(xlsx);
      const cells: unknown[] = [];
      book.eachSheet((sheet) => sheet.eachRow((row) => cells.push(row.values)));
      for (const text of [fs.readFileSync(csv, 'utf8'), JSON.stringify(cells)]) {
        expect([who.login, foreignIn(text, who, days)]).toEqual([who.login, []]);
        for (const row of body.rows) expect(text).toContain(row.accountId!);
      }
    }
  });

  it(`${REQUESTS} random requests of random people: nothing of anybody else in rows, explanations, errors, totals or remembered answers`, async () => {
    const asked = Array.from({ length: REQUESTS }, () => {
      const who = one(PEOPLE);
      const { query, days } = spanOf();
      const at = Math.floor(random() * 12);
      const account = `${ACCOUNTS[at].platform}/a${at}`;
      const level = one(['account', 'dealer', 'region', 'brand'] as const);
      const regions = one(['adcode', 'sales']);
      const report: ReportName = one(['showroom', 'value', 'tiers', 'ranking'] as const);
      const figure = one(['valueCny', 'showroomVisitors', 'rank', 'score', 'viewers', 'trailingValueCny']);
      const subject =
        level === 'account' ? account.replace('/', ':') : level === 'dealer' ? `d${at % 5}` : level === 'brand' ? '' : '华东/浙江';
      const today = daysOf('2026-11-03', '2026-11-04');
      return one(
        [
          {
            address: `reports/${report}?level=${level}&regions=${regions}&${query}${random() < 0.3 ? `&platform=${one(PLATFORMS)}` : ''}`,
            days,
          },
          { address: `reports/ranking?level=account&${query}&dealerId=d${at % 5}`, days },
          {
            address: `explain/${figure}?level=${level}&regions=sales&${query}${subject && `&subject=${encodeURIComponent(subject)}`}`,
            days,
          },
          { address: `accounts?q=${one(['a', 'Account', 'Dealer'])}`, days: today },
          { address: `accounts/${account}`, days: today },
          { address: `accounts/${account}/sessions?${query}`, days },
          { address: `accounts/${account}/series?to=2026-10&months=2`, days: today },
          { address: `dealers/d${at % 5}/series?to=2026-10&months=2`, days: today },
          { address: 'dealers', days: today },
          { address: 'overview', days: today },
          { address: `tiers/${one(['history', 'distance'])}?month=2026-10`, days: daysOf('2026-10-31', '2026-11-01') },
          { address: `tiers/structure?level=dealer&month=2026-10`, days: daysOf('2026-10-01', '2026-11-01') },
          { address: `coverage?from=${days[0]}&to=${addDays(days[days.length - 1], 1)}`, days },
          { address: 'capabilities', days: today },
          { address: 'health/accounts', days: daysOf('2026-10-04', '2026-11-03') },
          { address: 'forwarding/tasks', days: today },
          { address: 'closes/status', days: today },
          { address: 'settlements', days: today },
        ].map((request) => ({ who, ...request })),
      );
    });
    let answers = 0;
    await inTurns(asked, async ({ who, address, days }) => {
      const { status, text } = await get(who.login, address);
      if (status >= 500) throw new Error(`${who.login} ${address}: ${status} ${text}`);
      // a refusal says again what was asked for, and no name
      const found = status === 200 ? foreignIn(text, who, days) : (/Account \d+|Dealer \d+/.exec(text) ?? []);
      if (found.length > 0) throw new Error(`${who.login} ${address}: ${found.join(', ')} in ${text.slice(0, 2_000)}`);
      if (status === 200) answers += 1;
    });
    console.log(`${REQUESTS} requests, ${answers} answers`);
    expect(answers).toBeGreaterThan(REQUESTS / 3);
  });

  it('a cursor of one person opens nothing for another, nor does one that somebody made up', async () => {
    type Listed = { rows: Subject[]; nextCursor: string };
    const first = (await get<Listed>('brand-admin', 'accounts?limit=2')).body;
    const next = (who: string, cursor: string) => get<Listed>(who, `accounts?limit=2&cursor=${encodeURIComponent(cursor)}`);
    const second = await next('brand-admin', first.nextCursor);
    expect([second.status, second.body.rows.map(idOf)]).toEqual([
      200,
      (await get<Listed>('brand-admin', 'accounts?limit=4')).body.rows.slice(2).map(idOf),
    ]);
    for (const who of ['auditor', 'east', 'dealer-1', OWN_KEY])
      expect([who, (await next(who, first.nextCursor)).status]).toEqual([who, 400]);
    expect((await next('brand-admin', first.nextCursor.slice(0, -1))).status).toBe(400);
    expect((await next('brand-admin', Buffer.from('douyin/a0').toString('base64url'))).status).toBe(400);
  });

  it('a question that somebody started is nobody else’s', async () => {
    const started = await send('POST', 'api/v1/what-if', tokens.get('brand-admin'), { month: '2026-10', policy: { minVisits: 4 } });
    const { id } = JSON.parse(started.text) as { id: string };
    expect([200, 202]).toContain(started.status);
    expect((await get('brand-admin', `what-if/${id}`)).status).toBe(200);
    for (const who of ['auditor', 'read-only', 'rival']) expect([who, (await get(who, `what-if/${id}`)).status]).toEqual([who, 404]);
    expect((await get('dealer-1', `what-if/${id}`)).status).toBe(403);
  });

  it('neighbours are places without names, as long as the brand allows it', async () => {
    const address = 'reports/ranking?level=account&month=2026-09&neighbours=true';
    const { body, text } = await get<Report<RankingRow>>('dealer-1', address);
    const whole = (await get<Report<RankingRow>>('brand-admin', address)).body;
    const mine = new Set(body.rows.map(idOf));
    const others = whole.rows.filter((row) => row.rank !== null && !mine.has(idOf(row)));
    expect(others.length).toBeGreaterThanOrEqual(5);
    expect(body.meta.neighbours!.map(({ rank }) => rank)).toEqual(others.map(({ rank }) => rank));
    expect(foreignIn(text, PEOPLE[0], daysOf('2026-09-01', '2026-10-01'))).toEqual([]);
    expect(whole.meta.neighbours).toBeUndefined();
    const filtered = (await get<Report<RankingRow>>('dealer-1', `${address}&platform=douyin&tier=head`)).body;
    expect(filtered.meta.neighbours!.map(({ rank }) => rank)).toEqual(others.map(({ rank }) => rank));
    const decide = (who: string, showsNeighbours: unknown) => send('PUT', 'api/v1/settings', tokens.get(who), { showsNeighbours });
    expect((await decide('dealer-1', false)).status).toBe(403);
    expect((await decide('brand-admin', 'no')).status).toBe(400);
    expect((await decide('brand-admin', false)).status).toBe(200);
    expect((await get<Report<RankingRow>>('dealer-1', address)).body.meta.neighbours).toBeUndefined();
  });

  it('who proposed does not activate, and a role that may not activate is refused', async () => {
    const row = { platform: 'douyin', line: 'like', unitPriceCny: '0.01', discount: '1', validFrom: '2026-12-01' };
    const proposed = await send('POST', 'api/v1/proposals', tokens.get('brand-admin'), {
      kind: 'rate-cards',
      rows: [row],
      reason: 'new list',
    });
    const { proposalId } = JSON.parse(proposed.text) as { proposalId: string };
    const activate = async (who: string) => (await send('POST', `api/v1/proposals/${proposalId}/activate`, tokens.get(who), {})).status;
    expect(await activate('brand-admin')).toBe(403);
    expect(await activate('data-operator')).toBe(403);
    expect(await activate('rival')).toBe(404);
  });
});
