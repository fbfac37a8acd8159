import type { DataSource } from 'typeorm';
import { listHolds } from '@app/database';
import { settle } from '@app/settlement';

/** Holds of a case that nobody has released, as dealer, month, cause. */
export async function holdsOf(dataSource: DataSource, brandId: number, caseId: string): Promise<string[][]> {
  const holds = await listHolds(dataSource, brandId);
  return holds
    .filter(({ about, releasedAt }) => about === caseId && releasedAt === null)
    .map(({ dealerId, month, cause }) => [dealerId, month ?? '', cause])
    .sort();
}

const NOTHING = { rank: null, score: null, showroomVisitors: null, loyalShare: null, valueCny: null, trailingValueCny: null };
const name = { zh: '处罚', en: 'penalty' };

/** What a malus of 200 CNY for each dealer with a penalty takes off, by the settlement's own rules. */
export function malusOf(penalties: ReadonlyMap<string, number>, dealerId: string): string | null {
  const figures = { ...NOTHING, roiValue: null, coverage: null, passLine: null, penalties: String(penalties.get(dealerId) ?? 0) };
  const rule = {
    ruleId: 'p',
    kind: 'malus' as const,
    name,
    amountCny: '200',
    when: [{ figure: 'penalties' as const, is: '>=' as const, value: '1' }],
  };
  return settle([rule], null, { figures, accounts: [] }).lines[0].amountCny;
}
