import type { Bilingual, CostShareRow, ExplainQuery, Reasons, ValueLineRow } from '@app/contracts';

const SUMMED = ['units', 'grossUnits', 'excludedUnits'] as const;
const OF_LINES: readonly string[] = [...SUMMED, 'unitPriceCny', 'discount', 'paidUnknown'];
const OF_COSTS = ['amountCny', 'share', 'toPassCny'] as const;
type Row = Readonly<Record<string, unknown>>;
type Asked = Pick<ExplainQuery, 'figure' | 'line' | 'platform'>;

/**
 * A figure of the rows inside a row: of the lines that are asked for the sum of their units, or the one price that they have (the list of several); of
 * costs, kind by kind. Null: there is none.
 */
export function innerValue(asked: Asked, row: Row): unknown {
  const cost = OF_COSTS.find((field) => field === asked.figure);
  if (cost) {
    const costs = (row.costs ?? []) as CostShareRow[];
    return costs.length === 0 ? null : Object.fromEntries(costs.map((own) => [own.kind, own[cost]]));
  }
  const lines = linesAsked(asked, row);
  if (lines.length === 0) return null;
  const units = SUMMED.find((field) => field === asked.figure);
  if (units) return lines.reduce((sum, line) => sum + line[units], 0);
  const values = [...new Set(lines.map((line) => (line as unknown as Row)[asked.figure] ?? null))];
  return values.length === 1 ? values[0] : values;
}

/** Why a figure of a line or a cost is unknown; null: it is of neither. */
export function innerReason(asked: Asked, row: Row): Bilingual | null {
  if (OF_COSTS.some((field) => field === asked.figure)) return ((row.reasons ?? {}) as Reasons).costCny ?? null;
  if (!OF_LINES.includes(asked.figure)) return null;
  return linesAsked(asked, row).find(({ reason }) => reason !== null)?.reason ?? NO_LINE;
}

const NO_LINE: Bilingual = {
  zh: '该主体在此期间没有此线路的数量。',
  en: 'No source tells units of this line for the subject in the period.',
};

const linesAsked = ({ line, platform }: Asked, row: Row): ValueLineRow[] =>
  ((row.lines ?? []) as ValueLineRow[]).filter((own) => own.line === line && (platform === undefined || own.platform === platform));
