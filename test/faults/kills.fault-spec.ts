import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FAULT_SEED, LONG, pick, seeded, withSeed } from '../support/fault-seed';
import { FaultBrand, LOT_MONTHS } from '../support/fault-brand';
import { Lot, Parcel, makeLots } from '../support/fault-lots';
import { FaultStores, openFaultStores } from '../support/fault-stores';
import { FaultWorker, NotDone } from '../support/fault-worker';

const KILLS = Number(process.env.VITRINE_FAULT_KILLS ?? (LONG ? 240 : 8));
/** In the short form the later kills of a lot fall into the reruns after the earlier: reports are dear, and are looked at once a lot. */
const KILLS_A_LOT = LONG ? 1 : 4;
const LOTS = Math.ceil(KILLS / KILLS_A_LOT);
const VICTIMS = ['clickhouse', 'postgres', 'writer', 'recompute'] as const;
const FIGURES = LONG ? (['showroom', 'value', 'ranking'] as const) : (['showroom', 'value'] as const);
type Victim = (typeof VICTIMS)[number];

/** The two processes that may die, each with another ready to take its place. */
class Crew {
  writer = new FaultWorker();
  recompute = new FaultWorker();
  private spare = new FaultWorker();

  async kill(which: 'writer' | 'recompute'): Promise<void> {
    await this[which].kill();
    this[which] = this.spare;
    this.spare = new FaultWorker();
  }

  async end(): Promise<void> {
    await Promise.all([this.writer.kill(), this.recompute.kill(), this.spare.kill()]);
  }
}

describe(`kill -9 at random points (seed ${FAULT_SEED})`, () => {
  const random = seeded(FAULT_SEED);
  let stores: FaultStores;
  let brand: FaultBrand;
  let clean: FaultBrand;
  let crew: Crew;
  let lots: Lot[];
  const struck: Record<Victim, { kills: number; atWork: number }> = {
    clickhouse: { kills: 0, atWork: 0 },
    postgres: { kills: 0, atWork: 0 },
    writer: { kills: 0, atWork: 0 },
    recompute: { kills: 0, atWork: 0 },
  };

  beforeAll(async () => {
    stores = await openFaultStores('kills');
    brand = await FaultBrand.make(stores, 'killed');
    clean = await FaultBrand.make(stores, 'clean');
    lots = makeLots(path.join(stores.dataDir, 'parcels'), 'k', LOTS + 1, FAULT_SEED);
    crew = new Crew();
  });
  afterAll(async () => {
    await crew?.end();
    await stores?.close();
  });

  /** Imports what is not acknowledged yet, one after the other, until something fails; answers what is left. */
  const importThe = async (pending: Parcel[]): Promise<Parcel[]> => {
    for (const [at, parcel] of pending.entries())
      try {
        const result = await crew.writer.import(stores.addresses, parcel.kind, [parcel.file], brand.brandId);
        expect(result).toMatchObject({ read: parcel.rows, rejected: 0 });
      } catch (error) {
        if (!(error instanceof NotDone)) throw error;
        expect(error.code).not.toBe('bad_input');
        return pending.slice(at);
      }
    return [];
  };

  /** Asks for a report, which brings the kept rows up to date first. */
  const recompute = async (lot: Lot): Promise<void> => {
    const query = { name: 'showroom', level: 'account', basis: 'adjusted', month: pick(random, LOT_MONTHS), brand: brand.code } as const;
    try {
      await crew.recompute.report(stores.addresses, query, brand.accountKeys([lot]));
    } catch (error) {
      if (!(error instanceof NotDone)) throw error;
    }
  };

  /** One kill in the middle of imports or of a recomputation; then everything is brought back. Answers what is not acknowledged. */
  const strike = async (
    lot: Lot,
    pending: Parcel[],
    victim: Victim,
    typical: { importMs: number; recomputeMs: number },
  ): Promise<Parcel[]> => {
    const importFirst = victim === 'recompute' ? random() < 0.7 : victim !== 'writer' && random() < 0.3;
    const atWork = { writer: true, recompute: random() < 0.4 || importFirst || victim === 'recompute' };
    const importing = importThe(pending).then((left) => {
      atWork.writer = false;
      return left;
    });
    if (importFirst) await importing;
    const recomputing = (atWork.recompute ? recompute(lot) : Promise.resolve()).then(() => (atWork.recompute = false));
    await sleep(random() * (importFirst ? typical.recomputeMs : (typical.importMs * pending.length) / lot.parcels.length));
    struck[victim].kills++;
    if (victim === 'writer' || victim === 'recompute' ? atWork[victim] : atWork.writer || atWork.recompute) struck[victim].atWork++;
    if (victim === 'writer' || victim === 'recompute') await crew.kill(victim);
    else await stores.killAndReopen(victim);
    await recomputing;
    return importing;
  };

  /** Kills while a lot is imported and reported; what was acknowledged is there after each, and in the end all of it is acknowledged. */
  const deliverUnderFire = async (lot: Lot, victims: Victim[], typical: { importMs: number; recomputeMs: number }): Promise<void> => {
    let left = lot.parcels;
    for (const victim of victims) {
      left = await strike(lot, left.length > 0 ? left : lot.parcels, victim, typical);
      await brand.expectArrived(
        lot,
        lot.parcels.filter((parcel) => !left.includes(parcel)),
      );
    }
    for (let tries = 0; left.length > 0; tries++) {
      if (tries === 5) throw new Error(`${left.length} files are not imported after ${tries} reruns`);
      left = await importThe(left);
    }
  };

  /** How long work takes when nobody is killed, so that kills fall into it. */
  const typicalWork = async (lot: Lot) => {
    const began = performance.now();
    expect(await importThe(lot.parcels)).toEqual([]);
    const imported = performance.now();
    await recompute(lot);
    return { importMs: imported - began, recomputeMs: performance.now() - imported };
  };

  it(
    `after each of ${KILLS} kills of server, writer and recomputation nothing acknowledged is lost, nothing doubled, and reports equal the oracle`,
    () =>
      withSeed(async () => {
        await Promise.all([crew.writer.ready, crew.recompute.ready]);
        let before = new Map<string, string>();
        const typical = await typicalWork(lots[0]);
        for (const [at, lot] of lots.slice(1).entries()) {
          const first = at * KILLS_A_LOT;
          const numbers = Array.from({ length: Math.min(KILLS_A_LOT, KILLS - first) }, (_, more) => first + more);
          const victims = numbers.map((number) => (number < VICTIMS.length ? VICTIMS[number] : pick(random, VICTIMS)));
          await deliverUnderFire(lot, victims, typical);
          if (LONG) process.stderr.write(`kill ${first + victims.length} of ${KILLS}: ${victims.join(' ')}\n`);
          await brand.expectStanding(lot);
          const now = await brand.fingerprints();
          for (const [account, print] of before) expect([account, now.get(account)]).toEqual([account, print]);
          before = now;
          await brand.expectOracle([lot], [pick(random, LOT_MONTHS)]);
        }
      }),
    120_000 + KILLS * 60_000,
  );

  it('in the end every report of every account is that of the same deliveries made once, without a fault', async () => {
    for (const kind of ['entries', 'sessions', 'videos']) {
      const files = lots.flatMap(({ parcels }) => parcels.filter((parcel) => parcel.kind === kind).map(({ file }) => file));
      await crew.writer.import(stores.addresses, kind, files, clean.brandId);
    }
    const months = LONG ? LOT_MONTHS : [pick(random, LOT_MONTHS)];
    for (const month of months) expect(await brand.figures(month, FIGURES)).toEqual(await clean.figures(month, FIGURES));
    expect(await brand.expectOracle(lots, months)).toBeGreaterThan(0); // the lots are no desert
  }, 600_000);

  it('the kills hit all four, and most of them at work', () => {
    if (LONG) process.stderr.write(`${JSON.stringify(struck)}\n`);
    for (const victim of VICTIMS) if (KILLS >= VICTIMS.length) expect(struck[victim].kills).toBeGreaterThan(0);
    const sum = (of: 'kills' | 'atWork') => VICTIMS.reduce((total, victim) => total + struck[victim][of], 0);
    expect(sum('kills')).toBe(KILLS);
    expect(sum('atWork')).toBeGreaterThan(KILLS / 3);
  });
});
