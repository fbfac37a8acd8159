import { ExactDecimal, exactText, foldValue, ratioText, sumCny } from '@app/analytics';
import type { Cost, ExplainRow, ExplainRows } from '@app/contracts';
import { costRowsOf } from '@app/reports';
import { Asked, Evidence, Explainer, FORMULA_AGAIN, SUM_OF_ROWS, accountName, check, grouped, input } from '../asked';
import { pageOf } from '../rows';
import { unitsOf } from './units';

/** Cost rows of the group. */
async function costsOfRow(asked: Asked): Promise<{ rows: ExplainRows; total: string | null }> {
  const costs = costRowsOf(asked.context).get(asked.group) ?? [];
  const rows = await pageOf(costs, asked.rows, {
    of: { zh: '成本记录', en: 'cost rows' },
    place: (cost) => `${cost.day} ${cost.costId}`,
    rows: (page) => page.map((cost) => costRow(asked, cost)),
  });
  return { rows, total: costs.length === 0 ? null : sumCny(costs.map(({ amountCny }) => amountCny)) };
}

const costRow = (asked: Asked, cost: Cost): ExplainRow => ({
  kind: 'cost',
  id: cost.costId,
  amount: exactText(new ExactDecimal(cost.amountCny)),
  fields: {
    day: cost.day,
    kind: cost.kind,
    account: cost.accountKey === null ? null : accountName(asked, cost.accountKey),
    dealer: cost.dealerId,
    amountCny: exactText(new ExactDecimal(cost.amountCny)),
  },
});

const costCny: Explainer = async (asked) => {
  const { rows, total } = await costsOfRow(asked);
  const missing = (asked.row.missingCostKinds ?? []) as string[];
  return {
    filled: `Σ costs = ${grouped(asked.value)}`,
    rows,
    checks: [check(SUM_OF_ROWS, asked.row.costCny, total)],
    notes:
      missing.length === 0
        ? []
        : [{ zh: `缺少必需的成本类别：${missing.join('、')}`, en: `required kinds of cost without a row: ${missing.join(', ')}` }],
  };
};

const costInput = (asked: Asked) =>
  input(asked, { zh: '全部成本', en: 'all-in cost' }, (asked.row.costCny ?? null) as string | null, 'costCny');
const viewsInput = (asked: Asked) =>
  input(asked, { zh: '有效观看', en: 'effective views' }, asked.row.effectiveViews as number, 'effectiveViews');
const valueInput = (asked: Asked) =>
  input(asked, { zh: '运营传播价值', en: 'communication value' }, asked.row.valueCny as string | null, 'valueCny');

/** A figure over the costs: the cost rows, and what the cost is compared with. */
const overCosts =
  (told: (asked: Asked, costCny: string) => Promise<Pick<Evidence, 'filled' | 'inputs' | 'checks'>>): Explainer =>
  async (asked) => {
    const { rows, total } = await costsOfRow(asked);
    if (total === null) return { filled: '—', inputs: [costInput(asked)], rows };
    const { filled, inputs, checks = [] } = await told(asked, total);
    return {
      filled,
      inputs,
      rows,
      checks: [check({ zh: '成本行之和 = 全部成本', en: 'Σ of cost rows = cost' }, asked.row.costCny, total), ...checks],
    };
  };

const costPerViewCny = overCosts((asked, cost) => {
  const views = asked.row.effectiveViews as number;
  const again = views <= 0 || new ExactDecimal(cost).isZero() ? null : ratioText(cost, views);
  return Promise.resolve({
    filled: `${grouped(cost)} ÷ ${grouped(views)} = ${grouped(asked.value)}`,
    inputs: [costInput(asked), viewsInput(asked)],
    checks: [check(FORMULA_AGAIN, asked.value, again)],
  });
});

const roiValue = overCosts((asked, cost) =>
  Promise.resolve({
    filled: `${grouped(asked.row.valueCny)} ÷ ${grouped(cost)} = ${grouped(asked.value)}`,
    inputs: [valueInput(asked), costInput(asked)],
    checks: [check(FORMULA_AGAIN, asked.value, asked.row.valueCny === null ? null : ratioText(asked.row.valueCny as string, cost))],
  }),
);

const roiCpa = overCosts(async (asked, cost) => {
  const { viewsByPlatform } = foldValue((await unitsOf(asked)).map(({ unit }) => unit));
  const { cpaCny } = asked.context.policy;
  // a platform without a price of an arrival takes part only where it has views
  const platforms = (Object.entries(viewsByPlatform) as [keyof typeof cpaCny, bigint][]).filter(
    ([platform, views]) => views !== 0n || cpaCny[platform] !== undefined,
  );
  const known = platforms.length > 0 && platforms.every(([platform]) => cpaCny[platform] !== undefined);
  const top = known
    ? sumCny(platforms.map(([platform, views]) => exactText(new ExactDecimal(cpaCny[platform]!).times(views.toString()))))
    : null;
  return {
    filled: `(${platforms.map(([platform, views]) => `${cpaCny[platform] ?? '—'} × ${grouped(views)}`).join(' + ')}) ÷ ${grouped(cost)} = ${grouped(asked.value)}`,
    inputs: [
      ...platforms.map(([platform]) =>
        input(asked, { zh: `${platform} 到店公开价`, en: `${platform} price of an arrival` }, cpaCny[platform] ?? null),
      ),
      viewsInput(asked),
      costInput(asked),
    ],
    checks: [check(FORMULA_AGAIN, asked.value, top === null ? null : ratioText(top, cost))],
  };
});

/** Views without a price: what is known is the least that it can be, unless some of them were taken back by a correction. */
const unpriced = (mayFall: boolean): string => (mayFall ? ' (part unknown 部分未知)' : ' (at least 至少)');

const passLine = overCosts(async (asked, cost) => {
  const { publicCny, publicPartial, publicMayFall } = foldValue((await unitsOf(asked)).map(({ unit }) => unit));
  const tripled = new ExactDecimal(cost).times(3);
  const passes = tripled.lte(publicCny);
  return {
    filled: `${grouped(cost)} × 3 = ${grouped(exactText(tripled))} ${passes ? '≤' : '>'} ${grouped(publicCny)}${publicPartial ? unpriced(publicMayFall) : ''}`,
    inputs: [
      costInput(asked),
      viewsInput(asked),
      input(asked, { zh: '有效观看按刊例价', en: 'effective views at public prices' }, publicCny),
    ],
    checks: asked.query.figure === 'passLine' && asked.value !== null ? [check(FORMULA_AGAIN, asked.value, passes)] : [],
  };
});

/** Costs, pass line and returns (domain.md 4.7–4.9): cost rows, and what the cost is compared with. */
export const COST_FIGURES: Record<string, Explainer> = {
  costCny,
  costComplete: costCny,
  costs: costCny,
  missingCostKinds: costCny,
  missingCosts: costCny,
  amountCny: costCny,
  share: costCny,
  toPassCny: costCny,
  costPerViewCny,
  passLine,
  passLineCny: passLine,
  passLineGapCny: passLine,
  roiValue,
  roiCpa,
};
