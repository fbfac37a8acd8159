import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FaultBrand, LOT_MONTHS } from '../support/fault-brand';
import { Lot, Parcel, makeLots } from '../support/fault-lots';
import { FAULT_SEED, LONG, pick, seeded, withSeed } from '../support/fault-seed';
import { FaultStores, openFaultStores } from '../support/fault-stores';
import { FaultWorker, NotDone } from '../support/fault-worker';

const HOUR = 3_600_000;

describe('writers and refreshers at once, and clocks that are wrong', () => {
  const random = seeded(FAULT_SEED);
  const workers: FaultWorker[] = [];
  let stores: FaultStores;
  let brands = 0;
  const hire = (environment: Record<string, string> = {}) => {
    const worker = new FaultWorker(environment);
    workers.push(worker);
    return worker;
  };

  beforeAll(async () => {
    stores = await openFaultStores('writers');
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.kill()));
    await stores?.close();
  });

  const lotsFor = (count: number) => makeLots(path.join(stores.dataDir, 'parcels'), `w${++brands}`, count, FAULT_SEED + brands);
  const shuffled = <Value>(values: Value[]): Value[] =>
    values
      .map((value) => ({ value, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ value }) => value);
  const importAll = async (writer: FaultWorker, brand: FaultBrand, parcels: Parcel[]) => {
    for (const { kind, file, rows } of parcels)
      expect(await writer.import(stores.addresses, kind, [file], brand.brandId)).toMatchObject({ read: rows, rejected: 0 });
  };
  /** Asks for reports in a process of its own, again and again, so that what is kept is brought up to date while others write. */
  const refreshing = (refresher: FaultWorker, brand: FaultBrand, lots: Lot[]) => {
    let over = false;
    const loop = (async () => {
      for (let round = 0; !over && (LONG || round < 2); round++) {
        const query = { level: 'account', basis: 'adjusted', month: pick(random, LOT_MONTHS), brand: brand.code } as const;
        await refresher.report(stores.addresses, { ...query, name: pick(random, ['showroom', 'value'] as const) }, brand.accountKeys(lots));
      }
    })();
    loop.catch(() => undefined);
    return () => {
      over = true;
      return loop;
    };
  };
  const expectExact = async (brand: FaultBrand, lots: Lot[]) => {
    for (const lot of lots) await brand.expectStanding(lot);
    expect(await brand.expectOracle(lots, LONG ? LOT_MONTHS : ['2026-02'])).toBeGreaterThan(0);
  };
  /** The same deliveries once, one after the other, by one process, in a brand of their own: every figure is the same. */
  const expectAsClean = async (brand: FaultBrand, lots: Lot[], month: string) => {
    const clean = await FaultBrand.make(stores, `${brand.code}-clean`);
    await importAll(
      hire(),
      clean,
      lots.flatMap(({ parcels }) => parcels),
    );
    const names = ['showroom', 'value'] as const;
    expect(await brand.figures(month, names)).toEqual(await clean.figures(month, names));
  };

  it(
    'two writers of the same facts at once, in different orders and twice, and two refreshers at once, end like one clean import',
    () =>
      withSeed(async () => {
        const lots = lotsFor(LONG ? 20 : 2);
        const brand = await FaultBrand.make(stores, `b${brands}`);
        const parcels = lots.flatMap((lot) => lot.parcels);
        const stops = [hire(), hire()].map((refresher) => refreshing(refresher, brand, lots));
        const [one, other] = [hire(), hire()];
        await Promise.all([importAll(one, brand, shuffled(parcels)), importAll(other, brand, shuffled(parcels))]);
        await importAll(one, brand, shuffled(parcels).slice(0, 3));
        await Promise.all(stops.map((stop) => stop()));
        await expectExact(brand, lots);
        await expectAsClean(brand, lots, pick(random, LOT_MONTHS));
      }),
    600_000,
  );

  it(
    'processes whose clocks are hours late, hours early or jump to and fro lose nothing: writers and refreshers',
    () =>
      withSeed(async () => {
        const lots = lotsFor(LONG ? 20 : 2);
        const brand = await FaultBrand.make(stores, `b${brands}`);
        const clocks: Record<string, string>[] = [
          { VITRINE_FAULT_CLOCK_MS: String(-3 * HOUR) },
          { VITRINE_FAULT_CLOCK_MS: String(3 * HOUR) },
          { VITRINE_FAULT_CLOCK_MS: String(48 * HOUR), VITRINE_FAULT_CLOCK_JUMPS: '1' },
        ];
        const refreshers = clocks.slice(0, LONG ? 3 : 2).map((clock) => hire(clock));
        const stops = refreshers.map((refresher) => refreshing(refresher, brand, lots));
        const writers = clocks.map((clock) => hire(clock));
        for (const [at, parcel] of shuffled(lots.flatMap((lot) => lot.parcels)).entries())
          await importAll(writers[at % writers.length], brand, [parcel]);
        await Promise.all(stops.map((stop) => stop()));
        await expectExact(brand, lots);
        // every row tells the instant of the stores' clock at which its delivery was taken in, later deliveries never an earlier one
        const taken = await stores.observer.query<{ ingested: string; instants: string }>({
          name: 'test',
          sql: `SELECT toUnixTimestamp64Milli(max(ingested_at)) AS ingested, uniqExact(ingested_at) AS instants
              FROM entries_landing WHERE brand_id = {brandId: UInt32} GROUP BY delivery_id ORDER BY delivery_id`,
          params: { brandId: brand.brandId },
        });
        expect(taken.length).toBeGreaterThan(1);
        expect(taken.map(({ instants }) => instants)).toEqual(taken.map(() => '1'));
        const instants = taken.map(({ ingested }) => Number(ingested));
        expect(instants).toEqual([...instants].sort((a, b) => a - b));
        expect(Math.abs(instants[0] - Date.now())).toBeLessThan(HOUR);
      }),
    600_000,
  );

  it('an observation more than 10 minutes ahead is refused and told, one that is less ahead is taken', async () => {
    const brand = await FaultBrand.make(stores, `b${++brands}`);
    const file = path.join(stores.dataDir, 'ahead.ndjson');
    const row = (viewer: string, minutes: number) => ({
      platform: 'douyin',
      accountId: 'ahead',
      viewer,
      enteredAt: Date.now() - 60_000,
      observedAt: Date.now() + minutes * 60_000,
    });
    fs.writeFileSync(file, [row('near', 8), row('far', 12)].map((each) => `${JSON.stringify(each)}\n`).join(''));
    const result = await hire().import(stores.addresses, 'entries', [file], brand.brandId);
    expect(result).toMatchObject({ read: 2, accepted: 1, rejected: 1, rejects: [{ line: 2, field: 'observedAt' }] });
  });

  it(
    'a writer that slept so long that it was given up is told so when it wakes, and its rerun ends like one clean import',
    () =>
      withSeed(async () => {
        const [lot] = lotsFor(1);
        const brand = await FaultBrand.make(stores, `b${brands}`);
        const sleeper = hire();
        await sleeper.ready;
        let stopped: Parcel | undefined;
        for (const parcel of lot.parcels) {
          const importing = sleeper.import(stores.addresses, parcel.kind, [parcel.file], brand.brandId);
          if (stopped) {
            await importing;
            continue;
          }
          await sleep(random() * 60);
          sleeper.signal('SIGSTOP');
          // thirty seconds of silence, without waiting for them
          await stores.dataSource.query(
            `UPDATE delivery SET started_at = started_at - interval '60 s', heartbeat_at = heartbeat_at - interval '60 s' WHERE state = 'running'`,
          );
          await brand.report('showroom', '2026-01'); // passes the sleeper by
          const running = (await stores.dataSource.query(`SELECT count(*)::int AS n FROM delivery WHERE state = 'running'`)) as {
            n: number;
          }[];
          sleeper.signal('SIGCONT');
          const outcome = await importing.then(
            () => 'done',
            (error: unknown) => (error instanceof NotDone ? error.code : 'none'),
          );
          expect(['done', 'conflict']).toContain(outcome);
          if (outcome === 'conflict') {
            stopped = parcel;
            expect(running).toEqual([{ n: 0 }]);
            await importAll(sleeper, brand, [parcel]);
          }
        }
        await expectExact(brand, [lot]);
      }),
    600_000,
  );
});
