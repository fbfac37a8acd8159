import type { Close } from '@app/contracts';
import { VitrineError, monthNumber } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { isAsWritten } from './figure-hash';
import type { FrozenKey, KeptFigure } from './kept-figure';

type StoredFigure = Omit<KeptFigure, 'regions'> & { regions: string };

const FIGURES = `SELECT
  report,
  level,
  regions,
  basis,
  place,
  subject,
  content,
  hash
FROM close_figures
WHERE brand_id = {brandId: UInt32} AND month = {month: UInt32} AND close_id = {closeId: String}`;
const OF_ONE = `${FIGURES} AND report = {report: String} AND level = {level: String} AND regions = {regions: String} AND basis = {basis: String}
ORDER BY place`;
const OF_ALL = `${FIGURES}
ORDER BY
  report,
  level,
  regions,
  basis,
  place`;

type Kept = Pick<Close, 'brandId' | 'month' | 'closeId'>;

/** Every row of a close, in the order of its key; none are checked here. */
export async function* streamFigures(warehouse: Warehouse, close: Kept): AsyncGenerator<KeptFigure> {
  const query = { name: 'close.figures', sql: OF_ALL, params: paramsOf(close), maxRows: 50_000_000, maxSeconds: 600 };
  for await (const row of warehouse.stream<StoredFigure>(query)) yield figureOf(row);
}

/**
 * What a close holds of one report: what the report said of itself, and its rows in order. Every row is checked against its hash, and their number:
 * throws `internal` for what is not as it was written.
 */
export async function readReport<Row>(warehouse: Warehouse, close: Kept, key: FrozenKey): Promise<{ head: { rows: number }; rows: Row[] }> {
  const { report, level, regions, basis } = key;
  const params = { ...paramsOf(close), report, level, regions: regions ?? '', basis };
  const figures = (await warehouse.query<StoredFigure>({ name: 'close.report', sql: OF_ONE, params })).map(figureOf);
  if (figures.length === 0 || !figures.every((figure, place) => figure.place === place && isAsWritten(figure))) throw damaged(close);
  const [head, ...rows] = figures.map(({ content }) => JSON.parse(content) as unknown);
  if ((head as { rows: number }).rows !== rows.length) throw damaged(close);
  return { head: head as { rows: number }, rows: rows as Row[] };
}

/** The rows of one report of a close, in order: `Row` is the report's row type. Throws as `readReport` does. */
export async function closedRows<Row>(warehouse: Warehouse, close: Kept, key: FrozenKey): Promise<Row[]> {
  return (await readReport<Row>(warehouse, close, key)).rows;
}

const paramsOf = ({ brandId, month, closeId }: Kept) => ({ brandId, month: monthNumber(month), closeId });
const figureOf = (row: StoredFigure): KeptFigure => ({ ...row, regions: row.regions === '' ? null : (row.regions as 'adcode' | 'sales') });

function damaged({ month, closeId }: Kept): VitrineError {
  return new VitrineError(
    'internal',
    {
      zh: `${month} 的关账数字与封存时不一致（${closeId}）`,
      en: `The figures of the close of ${month} are not as they were written (${closeId})`,
    },
    {
      remedy: {
        zh: '请运行 vitrine verify 查明哪些行被改动，并从备份恢复',
        en: 'Run vitrine verify to see which rows were changed, and restore them from a backup',
      },
    },
  );
}
