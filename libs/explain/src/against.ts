import { Fraction, add, multiply, fraction } from '@app/analytics';
import { Bilingual, ExplainStep, ExplainWaterfall, Policy, WATERFALL_SIDES, WaterfallSide } from '@app/contracts';
import { RankingFacts, scoreSubjects } from '@app/reports';
import type { Asked } from './asked';
import { PART_NAMES, dealersOf } from './figures/ranking';
import { Standings, decimally, exactly, mayName, standingsOf } from './figures/standing';
import { MemberStep, Situation, WaterfallStep, meanSteps, sum, waterfall } from './waterfall';

const SIDE_NAMES: Record<WaterfallSide, Bilingual> = {
  policy: { zh: '规则', en: 'rules' },
  you: { zh: '自身', en: 'you' },
  peers: { zh: '同组', en: 'peers' },
};

/** From the other period or subject to the asked one: what changed a score, step by step. */
export async function scoreAgainst(asked: Asked, other: Asked): Promise<ExplainWaterfall> {
  const [to, from] = await Promise.all([standingsOf(asked), standingsOf(other)]);
  const [is, was] = [scoreIn(asked, to), scoreIn(other, from)];
  const shared = {
    against: { month: other.context.period.month, subject: other.subject.name },
    from: exactly(was),
    to: exactly(is),
    notes: notesOf(asked.context.policy, other.context.policy),
  };
  if (!is || !was)
    return {
      ...shared,
      difference: null,
      differenceDecimal: null,
      sides: {},
      steps: [],
      reason: { zh: '两者之一没有得分，无法拆分差异。', en: 'One of the two has no score: there is no difference to split.' },
    };
  const difference = add(is, multiply(was, fraction(-1)));
  const told = { ...shared, difference: exactly(difference), differenceDecimal: decimally(difference), reason: null };
  if (to.dealers && from.dealers) {
    const { sides, steps } = ofDealers(asked, other, { to, from });
    const isNamed = (id: string): boolean => mayName(asked, id) || mayName(other, id);
    return { ...told, sides, steps: steps.map((step) => (step.member === null || isNamed(step.member) ? step : { ...step, ...UNNAMED })) };
  }
  const found = waterfall(situationOf(from.facts, other.group), situationOf(to.facts, asked.group))!;
  return {
    ...told,
    sides: Object.fromEntries(Object.entries(found.sides).map(([side, change]) => [side, exactly(change)!])),
    steps: found.steps.map(stepOf),
  };
}

/** Do the steps add up to the difference? Exact. */
export function addsUp({ difference, steps }: ExplainWaterfall): boolean {
  return difference === null || exactly(sum(steps.map(({ change }) => fractionOfText(change)))) === difference;
}

/** A step of a dealer whom the asker may see in neither period. */
const UNNAMED = { member: null, name: { zh: '其他经销商', en: 'another dealer' } };

const fractionOfText = (text: string): Fraction => {
  const [n, d = '1'] = text.split('/');
  return fraction(BigInt(n), BigInt(d));
};

const scoreIn = ({ group }: Asked, { scores }: Standings): Fraction | null => scores.get(group)?.score ?? null;

function situationOf(facts: RankingFacts, group: string): Situation {
  const subjects = scoreSubjects(facts);
  const own = subjects.find(({ id }) => id === group)!;
  return { own, peers: subjects.filter((subject) => subject !== own), policy: facts.context.policy };
}

function stepOf({ side, kind, part, change }: WaterfallStep): ExplainStep {
  const of = part === null ? { zh: '已知权重的变化', en: 'weight of the known parts' } : PART_NAMES[part];
  const knowledge =
    kind !== 'knowledge'
      ? { zh: '', en: '' }
      : change.n > 0n
        ? { zh: '（变为已知）', en: ' (became known)' }
        : { zh: '（变为未知）', en: ' (became unknown)' };
  return {
    side,
    kind,
    part,
    member: null,
    name: { zh: `${SIDE_NAMES[side].zh}：${of.zh}${knowledge.zh}`, en: `${SIDE_NAMES[side].en}: ${of.en}${knowledge.en}` },
    change: exactly(change)!,
    changeDecimal: decimally(change)!,
  };
}

/** Each of so many dealers is parted from its peers; of more, each is one step, and its own waterfall parts it. */
const MOST_PARTED = 60;

/** A mean over dealers changes by what its dealers did and their peers, and by those that came or went. */
function ofDealers(asked: Asked, other: Asked, { to, from }: Record<'to' | 'from', Standings>): Pick<ExplainWaterfall, 'sides' | 'steps'> {
  const [before, after] = [dealersOf(other, from), dealersOf(asked, to)];
  const steps = meanSteps(before, after) ?? [];
  const [was, is] = [before, after].map((dealers) => new Set(dealers.filter(({ score }) => score !== null).map(({ id }) => id)));
  const both = [...was].filter((id) => is.has(id));
  const others = steps.filter(({ kind }) => kind !== 'change').map(memberStep);
  if (both.length > MOST_PARTED) return { sides: {}, steps: steps.map(memberStep) };
  const share = multiply(add(fraction(1, was.size), fraction(1, is.size)), fraction(1, 2));
  const parted = both.map((id) => ({ id, sides: waterfall(situationOf(from.dealers!, id), situationOf(to.dealers!, id))!.sides }));
  const sides = Object.fromEntries(
    WATERFALL_SIDES.map((side) => [side, exactly(multiply(sum(parted.map((dealer) => dealer.sides[side])), share))!]),
  );
  const own = parted.flatMap((dealer) =>
    WATERFALL_SIDES.map((side) => ({ id: dealer.id, side, change: multiply(dealer.sides[side], share) })).filter(
      ({ change }) => change.n !== 0n,
    ),
  );
  return { sides, steps: [...own.map(partedStep), ...others] };
}

const partedStep = ({ id, side, change }: { id: string; side: WaterfallSide; change: Fraction }): ExplainStep => ({
  side,
  kind: 'change',
  part: null,
  member: id,
  name: { zh: `经销商 ${id}：${SIDE_NAMES[side].zh}`, en: `dealer ${id}: ${SIDE_NAMES[side].en}` },
  change: exactly(change)!,
  changeDecimal: decimally(change)!,
});

function memberStep({ kind, id, change }: MemberStep): ExplainStep {
  const came = change.n > 0n ? { zh: '（加入）', en: ' (came)' } : { zh: '（离开）', en: ' (went)' };
  const text = kind === 'knowledge' ? came : { zh: '', en: '' };
  return {
    side: 'members',
    kind,
    part: null,
    member: id,
    name:
      id === null ? { zh: '其他经销商的份额', en: "the others' shares" } : { zh: `经销商 ${id}${text.zh}`, en: `dealer ${id}${text.en}` },
    change: exactly(change)!,
    changeDecimal: decimally(change)!,
  };
}

/** Thresholds that form the figures themselves: what they change is part of what you and your peers did. */
const FORMING: readonly (keyof Policy)[] = [
  'visitGapMinutes',
  'minVisits',
  'minVisitDwellSeconds',
  'minSessionMinutes',
  'minCoverage',
  'cadenceMinSessionMinutes',
  'sourceOrder',
];

function notesOf(is: Policy, was: Policy): Bilingual[] {
  const changed = FORMING.filter((field) => JSON.stringify(is[field]) !== JSON.stringify(was[field]));
  if (changed.length === 0) return [];
  return [
    {
      zh: `两期政策的 ${changed.join('、')} 不同，指标本身因此不同：这部分计入“自身”和“同组”。`,
      en: `The policies differ in ${changed.join(', ')}, by which the figures themselves are formed: that is part of what you and your peers did.`,
    },
  ];
}
