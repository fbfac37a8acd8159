import { Bilingual, Brand, BrandState, VitrineError } from '@app/contracts';
import { StateReader, dataInstant, stateSince } from '@app/database';
import { type Warehouse, landingFloor } from '@app/warehouse';
import { withUndeclared } from './brand-facts.reader';
import type { ReportStores } from './report-stores';

/** A brand as of an instant: state, facts, and what the answer says about the instant. */
export interface PastBrand {
  brand: Brand;
  state: BrandState;
  /** Reads the facts as of the instant. */
  warehouse: Warehouse;
  /** Epoch ms that is answered for: what was asked, or the data instant when that is earlier. */
  instant: number;
  notes: Bilingual[];
}

const ZONED = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})$/;

/** Epoch ms of an instant that somebody asks for: ISO 8601 with a zone, or epoch ms. Throws bad_input. */
export function instantAsked(text: string): number {
  const ms = /^\d{12,14}$/.test(text) ? Number(text) : ZONED.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new VitrineError(
    'bad_input',
    { en: 'asOf is no instant with a zone.', zh: 'asOf 不是带时区的时间。' },
    {
      remedy: { en: 'Write it as 2026-10-18T21:00:00+08:00.', zh: '请写成 2026-10-18T21:00:00+08:00 的形式。' },
      details: [{ field: 'asOf', message: 'no instant with a zone' }],
    },
  );
}

/**
 * Reads a brand as of an instant (domain.md 2.4). An instant after the data instant is answered at the data instant, and a note says so. Throws
 * bad_input for an instant of which not everything is known any more, naming the earliest possible one, or at which the brand was not recorded.
 */
export async function readPastBrand(
  stores: ReportStores,
  reader: StateReader,
  { brand: code, asOf }: { brand?: string; asOf: number },
): Promise<PastBrand> {
  const brand = await reader.brand(code);
  const [latest, earliest] = await Promise.all([latestInstant(stores, brand.brandId), earliestInstant(stores)]);
  const instant = Math.min(asOf, latest);
  if (instant < earliest) throw tooEarly(earliest);
  const warehouse = stores.warehouse.asOf(instant);
  const declared = await reader.state(brand.brandId, instant).catch((error: unknown) => {
    throw error instanceof VitrineError && error.code === 'not_found' ? notRecorded(brand) : error;
  });
  return {
    brand: declared.brand,
    state: await withUndeclared(warehouse, declared),
    warehouse,
    instant,
    notes: asOf > instant ? [laterNote(instant)] : [],
  };
}

/** The data instant, and never in the future of the state store, whose clock dates everything. */
async function latestInstant({ dataSource, clock }: ReportStores, brandId: number): Promise<number> {
  const [{ now }] = (await dataSource.query('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now')) as { now: string }[];
  return dataInstant(dataSource, Math.min(clock.now(), Number(now)), brandId);
}

async function earliestInstant({ dataSource, warehouse }: ReportStores): Promise<number> {
  const [since, floor] = await Promise.all([stateSince(dataSource), landingFloor(warehouse)]);
  return Math.max(since, floor ?? 0);
}

const iso = (instant: number): string => new Date(instant).toISOString();

function laterNote(instant: number): Bilingual {
  return {
    zh: `所问时刻晚于数据时刻，按数据时刻 ${iso(instant)} 回答。`,
    en: `The instant asked for is after the data instant: answered as of ${iso(instant)}.`,
  };
}

function tooEarly(earliest: number): VitrineError {
  return new VitrineError(
    'bad_input',
    { zh: '该时刻的数据已不完整，无法回答', en: 'What was known at that instant is not completely kept any more' },
    {
      remedy: { zh: `请使用不早于 ${iso(earliest)} 的时刻`, en: `The earliest possible instant is ${iso(earliest)}` },
      details: [{ field: 'asOf', message: `earliest possible: ${iso(earliest)}` }],
    },
  );
}

function notRecorded({ code }: Brand): VitrineError {
  return new VitrineError(
    'bad_input',
    { zh: `该时刻还没有品牌 ${code}`, en: `Brand ${code} was not recorded by that instant` },
    { remedy: { zh: '请使用更晚的时刻', en: 'Ask for a later instant' }, details: [{ field: 'asOf', message: 'before the brand' }] },
  );
}
