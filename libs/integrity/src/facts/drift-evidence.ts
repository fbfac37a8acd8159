import {
  dayStart,
  type Bilingual,
  type Inorganic,
  type InorganicUnits,
  type Platform,
  type SignalFigure,
  type SignalParameters,
  type SignalRow,
  type ValueLine,
} from '@app/contracts';
import type { JudgedUnit } from '../calibration/judged-drift';
import type { Residual } from '../calibration/drift';
import { firstDayOf } from '../calibration/units';
import type { DetectorScope, Finding } from '../detector';
import { signedPercent } from './percent';
import { readSessionTotals, type SessionTotals } from './session-totals.reader';

/** What is said of a claim, and how its feature is shown. */
export interface ClaimWords {
  label: Bilingual;
  /** What the shift says; `{share}` is replaced by the shift in per cent. */
  text: Bilingual;
  figure: string;
  /** From the scale of the values to what people read; default: exp. */
  shown?: (value: number) => number;
  /** Line of which units are inorganic, when the shift is an excess of that line: share = 1 − exp(−excess). */
  removes?: {
    line: ValueLine;
    units: (session: SessionTotals, residual: Residual) => number | null;
    /** From the shift of the claim to the excess of the line, as a logarithm. */
    excess: (effect: number) => number;
  };
}

const SESSION_ROWS = `SELECT
  session_id AS sessionId,
  toString(argMax(started_at, indexOf({sourcesLastFirst: Array(String)}, source))) AS startedAt,
  toFloat64(argMax(views, indexOf({sourcesLastFirst: Array(String)}, source))) AS views,
  toFloat64(argMax(peak_concurrent, indexOf({sourcesLastFirst: Array(String)}, source))) AS peakConcurrent,
  toFloat64(argMax(likes, indexOf({sourcesLastFirst: Array(String)}, source))) AS likes,
  toFloat64(argMax(comments, indexOf({sourcesLastFirst: Array(String)}, source))) AS comments,
  toFloat64(argMax(shares, indexOf({sourcesLastFirst: Array(String)}, source))) AS shares,
  toFloat64(argMax(follows, indexOf({sourcesLastFirst: Array(String)}, source))) AS follows,
  toFloat64(argMax(leads, indexOf({sourcesLastFirst: Array(String)}, source))) AS leads
FROM facts(sessions)
WHERE brand_id = {brandId: UInt32} AND account_key = {account: UInt64} AND session_id IN {sessions: Array(String)}
GROUP BY session_id
ORDER BY
  startedAt,
  sessionId`;

const instantText = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
/** Nine intervals of ten hold the truth. */
const INTERVAL = 1.64;
/** Where a day is no session: nothing of a session is known. */
const NO_SESSION = {} as SessionTotals;

const knownDays = new Map<number, string>();
/** Asked for once per session and detector, of some hundred days. */
export function dayText(day: number): string {
  let text = knownDays.get(day);
  if (text === undefined) knownDays.set(day, (text = new Date(day * 86_400_000).toISOString().slice(0, 10)));
  return text;
}
const rounded = (value: number): number => Number(value.toPrecision(5));

/** What shows a unit: its rows, the statement that gives them, and the reported units of a line of one of its observations. */
export interface UnitEvidence {
  rows: SignalRow[];
  sql: string;
  parameters: SignalParameters;
  /** What an observation is in the lists of units; null: no units can be named. */
  removable(item: string): { origin: InorganicUnits['origin']; item: string | null; day: string; session: SessionTotals | null } | null;
}
export type EvidenceSource = (scope: DetectorScope) => Promise<(unit: JudgedUnit, accountKey: string) => UnitEvidence>;

/** Sessions as rows. */
export const sessionEvidence: EvidenceSource = async (scope) => {
  const totals = await readSessionTotals(scope, scope.accounts);
  return ({ unit }, account) => {
    const own = new Map(totals.get(account)?.map((one) => [one.sessionId, one]));
    const sessions = unit.residuals.flatMap(({ observation }) => own.get(observation.item) ?? []);
    return {
      rows: sessions.map(rowOf),
      sql: SESSION_ROWS,
      parameters: {
        brandId: scope.brandId,
        account,
        sessions: sessions.map(({ sessionId }) => sessionId),
        sourcesLastFirst: [...scope.sourcesLastFirst],
      },
      removable: (item) => {
        const session = own.get(item);
        return session ? { origin: 'session', item, day: dayText(session.day), session } : null;
      },
    };
  };
};

/** Turns what stands out into findings, with what shows it. */
export async function driftFindings(
  scope: DetectorScope,
  judged: readonly JudgedUnit[],
  words: Record<string, ClaimWords>,
  source: EvidenceSource = sessionEvidence,
): Promise<Finding[]> {
  scope.watch?.called(words);
  if (judged.length === 0) return [];
  const evidenceOf = await source(scope);
  return judged.flatMap((unit) => {
    const account = scope.accountOf(unit.series.accountKey);
    if (!account) return [];
    const said = words[unit.claim.name];
    const { platform, accountId } = account;
    const { removable, ...shown } = evidenceOf(unit, account.key);
    const [first] = unit.unit.residuals;
    const isSession = unit.unit.kind === 'session' && removable(first.observation.item)?.origin === 'session';
    return [
      {
        subject: isSession
          ? { kind: 'session' as const, platform, accountId, sessionId: first.observation.item }
          : { kind: 'account' as const, platform, accountId },
        window: windowOf(scope.zone, unit),
        strength: unit.strength,
        evidence: {
          text: textOf(unit, said),
          figures: [figureOf(unit, said)],
          removes: said.removes ? removedBy(unit, said.removes, removable, { platform, accountId }) : [],
          declared: declaredIn(scope, unit),
          ...shown,
        },
      },
    ];
  });
}

/** A session's own span; a business week (also where the three weeks before take part: they have signals of their own). */
export function windowOf(zone: string, { unit }: JudgedUnit): { from: number; to: number } {
  if (unit.kind === 'session') {
    const { from, to } = unit.residuals[0].observation;
    return { from, to: Math.max(to, from + 1) };
  }
  const first = firstDayOf(unit.week);
  return { from: dayStart(dayText(first), zone), to: dayStart(dayText(first + 7), zone) };
}

function rowOf(one: SessionTotals): SignalRow {
  const { sessionId, from, views, peak_concurrent: peakConcurrent, likes, comments, shares, follows, leads } = one;
  return { sessionId, startedAt: instantText(from), views, peakConcurrent, likes, comments, shares, follows, leads };
}

function textOf({ unit, effect, honestQuantile }: JudgedUnit, { label, text }: ClaimWords): Bilingual {
  const share = signedPercent(Math.expm1(effect));
  const rarity = Math.max(1, Math.round(1 / Math.max(1e-9, 1 - honestQuantile)));
  const over = {
    session: { zh: '本场', en: 'this session' },
    week: { zh: `本周 ${unit.residuals.length} 场`, en: `the ${unit.residuals.length} sessions of this week` },
    weeks: {
      zh: `截至本周的四周 ${unit.residuals.length} 场`,
      en: `the ${unit.residuals.length} sessions of the four weeks that end here`,
    },
  }[unit.kind];
  return {
    zh: `${label.zh}：${over.zh}${text.zh.replace('{share}', share)}（已扣除同类账号的共同变化与已申报事项）；诚实账号约每 ${rarity} 个出现 1 次。`,
    en: `${label.en}: ${over.en} ${text.en.replace('{share}', share)} (after the common movement of peers and what was declared); about one honest subject in ${rarity} looks like that.`,
  };
}

function figureOf({ unit, claim, honestQuantile }: JudgedUnit, { label, figure, shown = Math.exp }: ClaimWords): SignalFigure {
  const mean = (pick: (residual: Residual) => number | null): number | null => {
    const known = unit.residuals.map(pick).filter((value) => value !== null);
    return known.length === 0 ? null : rounded(shown(known.reduce((sum, value) => sum + value, 0) / known.length));
  };
  return {
    name: figure,
    label,
    value: mean(({ observation }) => observation.values[claim.feature]),
    ownReference: mean(({ expected }) => expected[claim.feature]),
    peerReference: mean(({ peers }) => peers[claim.feature]),
    honestQuantile: rounded(honestQuantile),
  };
}

function removedBy(
  { unit, claim }: JudgedUnit,
  { line, units, excess }: NonNullable<ClaimWords['removes']>,
  removable: UnitEvidence['removable'],
  account: { platform: Platform; accountId: string },
): Inorganic[] {
  return unit.residuals.flatMap((residual) => {
    const place = removable(residual.observation.item);
    const effect = claim.effect(residual);
    const reported = place ? units(place.session ?? NO_SESSION, residual) : null;
    if (!place || effect === null || reported === null) return [];
    const width = INTERVAL * residual.spread[claim.feature];
    const of = (shift: number) => Math.max(0, Math.round(reported * -Math.expm1(-Math.max(0, shift))));
    const removed = of(excess(effect));
    if (removed === 0) return [];
    const { origin, item, day } = place;
    return [
      {
        kind: 'units',
        ...account,
        origin,
        item,
        line,
        day,
        units: removed,
        low: of(excess(effect) - width),
        high: of(excess(effect) + width),
      },
    ];
  });
}

function declaredIn(scope: DetectorScope, { series, unit }: JudgedUnit): Finding['evidence']['declared'] {
  const ids = new Set(unit.residuals.flatMap(({ observation }) => observation.declarationIds));
  if (ids.size === 0) return undefined;
  return scope
    .declared(series.accountKey)
    .filter(({ declarationId }) => ids.has(declarationId))
    .map(({ declarationId, kind }) => ({
      declarationId,
      kind,
      text: {
        zh: '已申报，已扣除其说明的部分，仅对超出部分评分',
        en: 'Declared: what it explains was taken off, only the excess is scored',
      },
    }));
}
