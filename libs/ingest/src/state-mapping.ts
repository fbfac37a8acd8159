import type { Platform, ScoreWeights } from '@app/contracts';
import { DEFAULT_POLICY, PLATFORMS } from '@app/contracts';
import type { PolicyRow, StateKind, StateRows } from '@app/database';
import { PROBLEMS, Rejected } from './problems';
import type { ParsedRow } from './row-parser';

const PARTS = ['showroom', 'value', 'loyalty', 'engagement', 'cadence', 'growth'] as const;
const capital = (word: string) => word[0].toUpperCase() + word.slice(1);
const weightField = (part: string) => `weight${capital(part)}`;
const cpaField = (platform: string) => `cpa${capital(platform)}Cny`;

function policyRow(row: ParsedRow): PolicyRow {
  const { minCoverage, minKnownWeight, tierDownMargin, toleranceShare, ...rest } = row;
  const given = PARTS.filter((part) => row[weightField(part)] !== undefined);
  const weights = Object.fromEntries(
    PARTS.map((part) => [part, Number(row[weightField(part)] ?? DEFAULT_POLICY.weights[part])]),
  ) as unknown as ScoreWeights;
  const cpaCny: Partial<Record<Platform, string>> = {};
  for (const platform of PLATFORMS) if (row[cpaField(platform)] !== undefined) cpaCny[platform] = row[cpaField(platform)] as string;
  for (const name of [...PARTS.map(weightField), ...PLATFORMS.map(cpaField)]) delete rest[name];
  return {
    ...(rest as unknown as PolicyRow),
    ...(minCoverage === undefined ? {} : { minCoverage: Number(minCoverage) }),
    ...(minKnownWeight === undefined ? {} : { minKnownWeight: Number(minKnownWeight) }),
    ...(tierDownMargin === undefined ? {} : { tierDownMargin: Number(tierDownMargin) }),
    ...(toleranceShare === undefined ? {} : { toleranceShare: Number(toleranceShare) }),
    ...(given.length > 0 ? { weights } : {}),
    ...(Object.keys(cpaCny).length > 0 ? { cpaCny } : {}),
  };
}

/** A parsed row in the shape that the state store takes, or why it cannot be one. */
export function stateRow<K extends StateKind>(kind: K, row: ParsedRow): StateRows[K] | Rejected {
  switch (kind) {
    case 'policies':
      return policyRow(row) as StateRows[K];
    case 'sentinels':
      return { ...row, viewer: row.viewer ?? '' } as unknown as StateRows[K];
    case 'calendar':
      return { ...row, working: row.working === 1 } as unknown as StateRows[K];
    case 'rate-cards':
      return { ...row, ...(row.sample === undefined ? {} : { sample: row.sample === 1 }) } as unknown as StateRows[K];
    case 'costs': {
      const account = row.platform !== undefined && row.accountId !== undefined;
      const one = account !== (row.dealerId !== undefined) && (row.platform === undefined) === (row.accountId === undefined);
      return one ? (row as unknown as StateRows[K]) : new Rejected(PROBLEMS.scope, 'accountId');
    }
    case 'declarations': {
      if ((row.to as number) < (row.from as number)) return new Rejected(PROBLEMS.order, 'to');
      if ((row.platform === undefined) !== (row.accountId === undefined)) return new Rejected(PROBLEMS.scope, 'accountId');
      return row as unknown as StateRows[K];
    }
    case 'grants': {
      const whole = row.product !== undefined && row.principalId !== undefined;
      const short = row.platform !== undefined && row.accountId !== undefined && row.openId !== undefined;
      return whole || short ? (row as unknown as StateRows[K]) : new Rejected(PROBLEMS.missing, 'principalId');
    }
    default:
      return row as unknown as StateRows[K];
  }
}

/** A stored row as fields of the file: what `stateRow` reads back to the same row. Null and false-by-absence stay out. */
export function stateFields(kind: StateKind, row: object): Record<string, unknown> {
  const fields: Record<string, unknown> = { ...row };
  if (kind === 'policies') {
    const { weights, cpaCny } = row as PolicyRow;
    for (const part of PARTS) if (weights) fields[weightField(part)] = weights[part];
    for (const platform of PLATFORMS) if (cpaCny?.[platform] !== undefined) fields[cpaField(platform)] = cpaCny[platform];
    delete fields.weights;
    delete fields.cpaCny;
  }
  return fields;
}
