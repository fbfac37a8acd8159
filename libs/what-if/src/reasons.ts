import type { Bilingual, RankingPart, RankingRow, ScorePart } from '@app/contracts';

const PART: Record<ScorePart, Bilingual> = {
  showroom: { zh: '意向用户', en: 'showroom visitors' },
  value: { zh: '传播价值', en: 'value' },
  loyalty: { zh: '忠诚', en: 'loyalty' },
  engagement: { zh: '互动', en: 'engagement' },
  cadence: { zh: '开播节奏', en: 'cadence' },
  growth: { zh: '增长', en: 'growth' },
};

/** Why a subject's figures become others, the parts of the score first, then tier and rank. Empty when nothing changes. */
export function reasonsOf(before: RankingRow, after: RankingRow): Bilingual[] {
  const reasons = after.parts.flatMap((part) => {
    const own = before.parts.find(({ metric }) => metric === part.metric);
    return own ? partReasons(own, part) : [];
  });
  if (before.earnedTier !== after.earnedTier) reasons.push(tierReason(before, after));
  if (before.rank !== after.rank && reasons.length === 0)
    reasons.push({ zh: '自身未变，其他对象变动。', en: 'Others move; its own figures stay.' });
  return reasons;
}

const changed = (zh: string, en: string): Bilingual => ({ zh, en });
const shown = (value: string | number | null): string => (value === null ? '—' : String(value));
const isKnown = ({ percentile }: RankingPart): boolean => percentile !== null;

function partReasons(before: RankingPart, after: RankingPart): Bilingual[] {
  const { zh, en } = PART[after.metric];
  const own = before.value !== after.value || (before.percentile === null && after.percentile === null);
  const found: Bilingual[] = [];
  if (isKnown(before) && !isKnown(after)) found.push(changed(`${zh}变为未知`, `${en} becomes unknown`));
  else if (!isKnown(before) && isKnown(after)) found.push(changed(`${zh}变为已知`, `${en} becomes known`));
  else if (before.value !== after.value)
    found.push(changed(`${zh} ${shown(before.value)} → ${shown(after.value)}`, `${en} ${shown(before.value)} → ${shown(after.value)}`));
  if (before.percentile !== after.percentile && isKnown(before) && isKnown(after)) {
    const moves = `${shown(before.percentile)} → ${shown(after.percentile)}`;
    const group = before.peerGroup !== after.peerGroup;
    if (group) found.push(changed(`${zh}对照组改变，百分位 ${moves}`, `${en}: another peer group, percentile ${moves}`));
    else if (!own) found.push(changed(`${zh}：同组变动，百分位 ${moves}`, `${en}: the peers move, percentile ${moves}`));
  }
  if (before.weight !== after.weight)
    found.push(changed(`${zh}权重 ${before.weight} → ${after.weight}`, `weight of ${en} ${before.weight} → ${after.weight}`));
  return found;
}

function tierReason(before: RankingRow, after: RankingRow): Bilingual {
  const moves = `${before.earnedTier ?? '—'} → ${after.earnedTier ?? '—'}`;
  if (before.trailingValueCny === after.trailingValueCny) return changed(`层级 ${moves}：门槛改变`, `tier ${moves}: the bounds are others`);
  const values = `${shown(before.trailingValueCny)} → ${shown(after.trailingValueCny)}`;
  return changed(`层级 ${moves}：近十二个月价值 ${values}`, `tier ${moves}: trailing value ${values}`);
}
