import { Score, divide, fraction, fractionOf, toNumber } from '@app/analytics';
import { Bilingual, ExplainRow, SCORE_PARTS, ScoreContribution, ScorePart, UNASSIGNED, VitrineError, metricOf } from '@app/contracts';
import { dealerGroups, groupScores } from '@app/reports';
import { Asked, Evidence, Explainer, FORMULA_AGAIN, SUM_OF_ROWS, check, grouped, input, linkTo, textOf } from '../asked';
import { NO_ROWS, pageOf } from '../rows';
import { contributions, sum } from '../waterfall';
import { Standings, decidedBy, decimally, exactly, inPlaces, mayName, peersOf, percentileOf, standingsOf, valueText } from './standing';

/** The figure of a report that a part of the score is read from; cadence, engagement and growth have rows of their own. */
const PART_FIGURES: Partial<Record<ScorePart, { figure: string; report: 'showroom' | 'value' }[]>> = {
  showroom: [{ figure: 'showroomVisitors', report: 'showroom' }],
  value: [{ figure: 'valueCny', report: 'value' }],
  loyalty: [
    { figure: 'loyalShare', report: 'showroom' },
    { figure: 'dwellRatio', report: 'showroom' },
  ],
};

export const PART_NAMES: Record<ScorePart, Bilingual> = {
  showroom: { zh: '客流', en: 'VST' },
  value: { zh: '价值', en: 'value' },
  loyalty: { zh: '忠诚', en: 'loyalty' },
  engagement: { zh: '互动', en: 'engagement' },
  cadence: { zh: '开播节奏', en: 'cadence' },
  growth: { zh: '涨粉', en: 'growth' },
};

const OTHER = '其他 other';
const nameOf = (asked: Asked, group: string, standings: Standings): string =>
  mayName(asked, group) ? (standings.rows.find((one) => one.group === group)?.row.name ?? group) : OTHER;

const score: Explainer = async (asked) => {
  const standings = await standingsOf(asked);
  const found = standings.scores.get(asked.group);
  if (!found || asked.value === null) return { filled: '—', rows: NO_ROWS, contributions: found ? contributionsOf(found) : [] };
  return found.parts.length === 0 ? meanOfDealers(asked, standings, found) : scoreOfParts(asked, found);
};

export function contributionsOf(found: Score): ScoreContribution[] {
  const shares = new Map(contributions(found.parts).map(({ metric, contribution }) => [metric, contribution]));
  return found.parts.map(({ metric, weight, percentile, reason }) => ({
    part: metric,
    weight,
    percentile: exactly(percentile),
    contribution: exactly(shares.get(metric)),
    contributionDecimal: decimally(shares.get(metric)),
    reason: percentile === null ? reason : null,
  }));
}

async function scoreOfParts(asked: Asked, found: Score): Promise<Evidence> {
  const told = contributionsOf(found);
  const shares = contributions(found.parts).flatMap(({ contribution }) => (contribution === null ? [] : [contribution]));
  const known = found.parts.filter(({ percentile, weight }) => percentile !== null && weight > 0);
  const filled = `100 × (${known.map(({ weight, percentile }) => `${weight} × ${exactly(percentile)}`).join(' + ')}) ÷ ${found.weightKnown} = ${textOf(asked.value)}`;
  return {
    filled,
    contributions: told,
    rows: await pageOf(told, asked.rows, {
      of: { zh: '得分项：100 × 权重 × 百分位 ÷ 已知权重', en: 'parts: 100 × weight × percentile ÷ known weight' },
      place: ({ part }) => String(SCORE_PARTS.indexOf(part)),
      rows: (page) => page.map((own) => partRow(asked, own)),
    }),
    checks: [
      check(
        { zh: '各项贡献之和 = 得分（精确分数）', en: 'Σ of contributions = score (exact fraction)' },
        exactly(found.score),
        exactly(sum(shares)),
      ),
      check(FORMULA_AGAIN, asked.row.score, toNumber(sum(shares), 4)),
    ],
  };
}

const partRow = (asked: Asked, { part, weight, percentile, contribution, contributionDecimal }: ScoreContribution): ExplainRow => ({
  kind: 'part',
  id: part,
  amount: contribution,
  fields: { part, weight, percentile, contribution: contributionDecimal },
  explain: linkTo(asked, part, { report: 'ranking' }),
});

/**
 * Regions and the brand: the mean of their dealers' known scores (domain.md 6.4). A dealer that the asker may not see (it came into the region within the
 * period) counts as one without a name.
 */
async function meanOfDealers(asked: Asked, standings: Standings, found: Score): Promise<Evidence> {
  const own = dealersOf(asked, standings).filter(({ score: known }) => known !== null);
  const isNamed = ({ id }: Score): boolean => mayName(asked, id);
  // as `inPlaces`
  const inOrder = [...own].sort((a, b) => Number(isNamed(b)) - Number(isNamed(a)) || (a.id < b.id ? -1 : 1));
  const placed = inOrder.map((dealer, at) => ({ dealer, at: String(at).padStart(9, '0') }));
  const total = sum(own.map((dealer) => dealer.score!));
  const mean = own.length === 0 ? null : divide(total, fraction(own.length));
  return {
    filled: `Σ ${decimally(total)} ÷ ${own.length} = ${textOf(asked.value)}`,
    rows: await pageOf(placed, asked.rows, {
      of: { zh: '经销商得分（取均值）', en: 'scores of the dealers (their mean)' },
      place: ({ at }) => at,
      rows: (page) =>
        page.map(({ dealer }): ExplainRow => {
          if (!isNamed(dealer)) return { kind: 'dealer', id: OTHER, amount: null, fields: { score: null, weightKnown: null } };
          const fields = { score: decimally(dealer.score), weightKnown: dealer.weightKnown };
          const explain = linkTo(asked, 'score', { level: 'dealer', subject: dealer.id });
          return { kind: 'dealer', id: dealer.id, amount: exactly(dealer.score), fields, explain };
        }),
    }),
    checks: [
      check({ zh: '均值 = 得分（精确分数）', en: 'mean = score (exact fraction)' }, exactly(found.score), exactly(mean)),
      check(FORMULA_AGAIN, asked.row.score, mean && toNumber(mean, 4)),
    ],
  };
}

/** Scores of the dealers that stand in the group at the end of the period. */
export function dealersOf({ context, group }: Pick<Asked, 'context' | 'group'>, { dealers }: Pick<Standings, 'dealers'>): Score[] {
  if (!dealers) return [];
  const placed = dealerGroups(context.state, context.level, context.regions, context.period.to - 1);
  return [...groupScores(dealers).values()].filter(({ id }) => (placed.get(id) ?? UNASSIGNED) === group);
}

const rank: Explainer = async (asked) => {
  const standings = await standingsOf(asked);
  const at = standings.rows.findIndex(({ group }) => group === asked.group);
  const mine = standings.rows[at];
  if (!mine || mine.row.rank === null) return { filled: '—', rows: NO_ROWS };
  const league = standings.rows.filter(({ row, league: own }) => row.rank !== null && own === mine.league);
  const place = league.indexOf(mine);
  const above = league.filter(({ row }) => row.rank! < mine.row.rank!);
  const compared = ({ group, row }: (typeof league)[number]) => ({ score: standings.scores.get(group)?.score ?? null, row });
  /** Of who may not be named, by what but not by how much: with the asker's own figure that would be theirs. */
  const decided = (other: (typeof league)[number]) => {
    const { by, difference } = decidedBy(compared(other), compared(mine));
    return { by, difference: mayName(asked, other.group) ? difference : null };
  };
  const neighbour = (other: (typeof league)[number] | undefined, words: Bilingual) =>
    other === undefined ? [] : [neighbourInput(asked, words, nameOf(asked, other.group, standings), decided(other))];
  return {
    filled: `1 + ${grouped(above.length)} = ${grouped(mine.row.rank)} (${grouped(league.length)})`,
    inputs: [
      ...ranksBefore(asked),
      ...neighbour(league[place - 1], { zh: '前一名', en: 'next above' }),
      ...neighbour(league[place + 1], { zh: '后一名', en: 'next below' }),
    ],
    rows: await pageOf(above, asked.rows, {
      of: { zh: '排在前面的（每行计 1），附由什么决定', en: 'those who stand before (each counts 1), and what decided' },
      place: (one) => String(league.indexOf(one)).padStart(9, '0'),
      rows: (page) =>
        page.map((one) => {
          const { by, difference } = decided(one);
          const named = mayName(asked, one.group);
          return {
            kind: 'ranked' as const,
            id: `#${one.row.rank} ${nameOf(asked, one.group, standings)}`,
            amount: '1',
            fields: {
              rank: one.row.rank,
              decidedBy: by,
              difference,
              score: named ? one.row.score : null,
              showroomVisitors: named ? one.row.showroomVisitors : null,
              valueCny: named ? one.row.valueCny : null,
            },
          };
        }),
    }),
    checks: [check({ zh: '1 + 前面的行数 = 排名', en: '1 + number of rows = rank' }, asked.row.rank, above.length + 1)],
  };
};

const ranksBefore = (asked: Asked) => {
  const { rank, rankBefore, rankChange } = asked.row as Record<string, number | null | undefined>;
  return [
    input(asked, { zh: '本期排名', en: 'rank' }, rank ?? null, 'rank'),
    input(asked, { zh: '上期排名', en: 'rank of the period before' }, rankBefore ?? null),
    input(asked, { zh: '名次变化', en: 'places climbed' }, rankChange ?? null),
  ];
};

function neighbourInput(asked: Asked, words: Bilingual, name: string, { by, difference }: ReturnType<typeof decidedBy>) {
  const decided = difference === null ? by : `${by} ${difference.startsWith('-') ? '' : '+'}${difference}`;
  return input(asked, { zh: `${words.zh}（由 ${by} 决定）`, en: `${words.en} (decided by ${by})` }, `${name} ${decided}`);
}

/** The part that a figure is asked of. */
function askedPart(asked: Asked): ScorePart {
  if (asked.query.part !== undefined) return asked.query.part;
  throw new VitrineError(
    'bad_input',
    {
      zh: `“${asked.query.figure}”属于某个得分项，请指定。`,
      en: `"${asked.query.figure}" is the figure of a part of the score: name one.`,
    },
    {
      remedy: { zh: `可用：${SCORE_PARTS.join('、')}`, en: `There are: ${SCORE_PARTS.join(', ')}` },
      details: [{ field: 'part', message: 'missing' }],
    },
  );
}

/** The figure itself, also where its part of the score is unknown because too little of it was covered. */
function figureValue({ group }: Asked, { facts, rows }: Standings, figure: string): string | null {
  const own = { ...facts.showroom.find((one) => one.group === group), ...rows.find((one) => one.group === group)?.row };
  const value = (own as Record<string, unknown>)[figure] ?? null;
  return value === null ? null : textOf(value);
}

/** A percentile, or the number of peers: everybody that the part is compared with. */
const percentile: Explainer = async (asked) => {
  const part = askedPart(asked);
  const standings = await standingsOf(asked);
  const columns = peersOf(asked, standings.facts, part);
  const all = inPlaces(columns);
  const count = (column: (typeof columns)[number], place: string) => column.peers.filter((peer) => peer.place === place).length;
  return {
    filled:
      columns
        .map(
          (column) =>
            `${columns.length > 1 ? `${column.name.zh} ${column.name.en}: ` : ''}(${count(column, 'below')} + ${count(column, 'equal')} ÷ 2) ÷ ${column.peers.length} = ${exactly(column.percentile)}`,
        )
        .join('; ') || '—',
    inputs:
      PART_FIGURES[part]?.map(({ figure, report }) =>
        input(asked, metricOf(figure).name, figureValue(asked, standings, figure), figure, { report }),
      ) ?? [],
    rows: await pageOf(all, asked.rows, {
      of: { zh: '同组各方：低于计 1，相等计 ½', en: 'the peers: below counts 1, equal counts ½' },
      place: ({ at }) => at,
      rows: (page) =>
        page.map(({ column, peer }) => ({
          kind: 'peer' as const,
          id: nameOf(asked, peer.group, standings),
          amount: peer.place === 'below' ? '1' : peer.place === 'equal' ? '1/2' : '0',
          fields: {
            of: column.name.en,
            place: peer.place,
            value: mayName(asked, peer.group) ? valueText(peer.value, part) : null,
            peerGroup: column.peerGroup,
            itself: peer.group === asked.group,
          },
        })),
    }),
    checks:
      asked.query.figure === 'smallGroup'
        ? []
        : asked.query.figure === 'peers'
          ? [check(SUM_OF_ROWS, asked.value, columns[0]?.peers.length ?? 0)]
          : columns.map((column) =>
              check(
                { zh: `${column.name.zh}：按行重算 = 百分位`, en: `${column.name.en}: over the rows = percentile` },
                exactly(column.percentile),
                exactly(percentileOf(column.peers)),
              ),
            ),
  };
};

const known: Explainer = async (asked) => {
  const standings = await standingsOf(asked);
  const found = standings.scores.get(asked.group);
  const told = found ? contributionsOf(found) : [];
  const weight = toNumber(sum(told.flatMap((own) => (own.percentile === null ? [] : [fractionOf(own.weight)]))), 6);
  return {
    filled: `${
      told
        .filter((own) => own.percentile !== null)
        .map((own) => `${own.weight} ${own.part}`)
        .join(' + ') || '0'
    } = ${weight}`,
    contributions: told,
    rows: await pageOf(told, asked.rows, {
      of: { zh: '得分项及其权重', en: 'parts with their weights' },
      place: ({ part }) => String(SCORE_PARTS.indexOf(part)),
      rows: (page) => page.map((own) => ({ ...partRow(asked, own), amount: own.percentile === null ? null : String(own.weight) })),
    }),
    checks: asked.query.figure === 'weightKnown' && told.length > 0 ? [check(SUM_OF_ROWS, asked.value, weight)] : [],
  };
};

/** Figures of the ranking report that are no part's own (domain.md 6). */
export const RANKING_FIGURES: Record<string, Explainer> = {
  score,
  scoreExact: score,
  rank,
  rankBefore: rank,
  rankChange: rank,
  percentile,
  percentileExact: percentile,
  peers: percentile,
  weightKnown: known,
  partial: known,
  weight: known,
  smallGroup: percentile,
};
