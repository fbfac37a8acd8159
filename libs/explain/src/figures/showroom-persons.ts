import { PersonKind, PersonRow, ShowroomEvidence, fraction, toDecimal } from '@app/analytics';
import type { Bilingual, ExplainRow, ExplainRows } from '@app/contracts';
import { showroomInput } from '@app/reports';
import { Asked, Explainer, FORMULA_AGAIN, SUM_OF_ROWS, accountName, check, grouped, input, iso, linkTo } from '../asked';
import { cutPage, keyAfter, pageOf } from '../rows';
import { NO_VISITS, VisitsShown, viewerText, visitRows, visitsOfViewer } from './viewer-rows';

export const evidenceOf = ({ context, group }: Asked): ShowroomEvidence =>
  new ShowroomEvidence(context.warehouse, showroomInput(context), group);

/** Decimal places as the report has them. */
export const ratio = (a: bigint, b: bigint, places: number): string | null =>
  b === 0n ? null : String(Number(toDecimal(fraction(a, b), places)));

const after = (asked: Asked) => ({ after: keyAfter(asked.rows), limit: asked.rows.limit + 1 });

/** A page of viewers with their visits, entries and deliveries. */
async function personRows(
  asked: Asked,
  kind: PersonKind,
  amount: (row: PersonRow) => string,
  of: Bilingual,
): Promise<{ rows: ExplainRows; totals: Awaited<ReturnType<ShowroomEvidence['persons']>>['totals'] }> {
  const evidence = evidenceOf(asked);
  const rolling = kind === 'rolling';
  if (asked.query.viewer !== undefined) {
    const { totals } = await evidence.persons(kind, { limit: 0 });
    return { totals, rows: await visitsOfViewer(asked, evidence, asked.query.viewer, rolling) };
  }
  const { totals, rows } = await evidence.persons(kind, after(asked));
  const { page, nextCursor } = cutPage(rows, asked.rows.limit, (row) => row.viewer);
  const visits = asked.rows.nested
    ? await visitRows(
        asked,
        evidence,
        page.map(({ viewer }) => viewer),
        rolling,
      )
    : NO_VISITS;
  const told = page.map((row): ExplainRow => ({
    kind: 'viewer',
    id: viewerText(asked, row.viewer),
    amount: amount(row),
    fields: {
      countedVisits: Number(row.visits),
      visitsWithKnownDwell: Number(row.knownVisits),
      knownDwellSeconds: Number(row.knownDwell),
      showroomVisitor: row.isShowroom,
      onTwoDays: row.isShowroomOn2Days,
    },
    ...behind(asked, visits, row.viewer),
  }));
  return { totals, rows: { of, rows: told, total: totals.persons, nextCursor } };
}

/** Visits behind a row, and where all of them are. */
const behind = (asked: Asked, { rows, cut }: VisitsShown, viewer: string): Pick<ExplainRow, 'rows' | 'explain'> => ({
  rows: rows.get(viewer),
  ...(cut.has(viewer) ? { explain: linkTo(asked, asked.query.figure, { viewer: viewerText(asked, viewer) }) } : {}),
});

const VIEWERS: Bilingual = {
  zh: '观众（每行计 1），附到访、进房与来源',
  en: 'viewers (each counts 1) with visits, entries and deliveries',
};

const words = ({ context: { policy } }: Asked): string =>
  `minVisits = ${policy.minVisits}, visitGapMinutes = ${policy.visitGapMinutes}, minVisitDwellSeconds = ${policy.minVisitDwellSeconds}`;

/** Distinct viewers: each row counts 1. */
const distinct =
  (kind: PersonKind): Explainer =>
  async (asked) => {
    const { totals, rows } = await personRows(asked, kind, () => '1', VIEWERS);
    return {
      filled: `|viewers| = ${grouped(totals.persons)} (${words(asked)})`,
      rows,
      checks: asked.value === null ? [] : [check(SUM_OF_ROWS, asked.value, totals.persons)],
    };
  };

const visits: Explainer = async (asked) => {
  const { totals, rows } = await personRows(asked, 'visits', (row) => row.visits, {
    zh: '观众，各计其计入到访数',
    en: 'viewers, each with their counted visits',
  });
  return {
    filled: `Σ visits of ${grouped(totals.persons)} viewers = ${grouped(totals.visits)}`,
    rows,
    checks: asked.value === null ? [] : [check(SUM_OF_ROWS, asked.value, totals.visits)],
  };
};

const loyalShare: Explainer = async (asked) => {
  const { showroomVisitors: vst, viewers, grabbers } = asked.row as Record<string, number | null>;
  const { totals, rows } = await personRows(asked, 'showroom', () => '1', VIEWERS);
  const inputs = [
    input(asked, { zh: '虚拟展厅客流', en: 'VST' }, vst, 'showroomVisitors'),
    input(asked, { zh: '观众数', en: 'viewers' }, viewers, 'viewers'),
    input(asked, { zh: '抢红包观众', en: 'grabbers' }, grabbers, 'grabbers'),
  ];
  if (vst === null || viewers === null || asked.value === null) return { filled: '—', inputs, rows };
  const denominator = BigInt(Math.max(0, viewers - (grabbers ?? 0)));
  return {
    filled: `${grouped(vst)} ÷ (${grouped(viewers)} − ${grouped(grabbers ?? 0)}) = ${String(asked.value)}`,
    inputs,
    rows,
    checks: [
      check({ zh: '明细行之和 = 虚拟展厅客流', en: 'Σ of all rows = VST' }, vst, totals.persons),
      check(FORMULA_AGAIN, asked.value, ratio(BigInt(totals.persons), denominator, 4)),
    ],
  };
};

const DWELL: Bilingual = {
  zh: '观众，各计其停留时长全部已知的到访的秒数',
  en: 'viewers, each with the seconds of visits whose dwell is fully known',
};

const meanDwell =
  (kind: 'showroomDwell' | 'otherDwell'): Explainer =>
  async (asked) => {
    const { totals, rows } = await personRows(asked, kind, (row) => row.knownDwell, DWELL);
    return {
      filled: `${grouped(totals.knownDwell)} s ÷ ${grouped(totals.knownVisits)} = ${String(asked.value ?? '—')}`,
      rows,
      checks: [check(FORMULA_AGAIN, asked.value === null ? null : Number(asked.value), ratio(totals.knownDwell, totals.knownVisits, 3))],
    };
  };

const dwellRatio: Explainer = async (asked) => {
  const { rows } = await personRows(asked, 'dwell', (row) => row.knownDwell, DWELL);
  const evidence = evidenceOf(asked);
  const [mine, others] = await Promise.all(
    (['showroomDwell', 'otherDwell'] as const).map(async (kind) => (await evidence.persons(kind, { limit: 0 })).totals),
  );
  const { meanDwellShowroom, meanDwellOthers } = asked.row as Record<string, number | null>;
  const exact = ratio(mine.knownDwell * others.knownVisits, mine.knownVisits * others.knownDwell, 4);
  return {
    filled: `(${grouped(mine.knownDwell)} ÷ ${grouped(mine.knownVisits)}) ÷ (${grouped(others.knownDwell)} ÷ ${grouped(others.knownVisits)}) = ${String(asked.value ?? '—')}`,
    inputs: [
      input(asked, { zh: '意向用户平均停留', en: 'mean dwell, showroom visitors' }, meanDwellShowroom, 'meanDwellShowroom'),
      input(asked, { zh: '其他观众平均停留', en: 'mean dwell, others' }, meanDwellOthers, 'meanDwellOthers'),
    ],
    rows,
    checks: [check(FORMULA_AGAIN, asked.value, exact)],
  };
};

const grabbers: Explainer = async (asked) => {
  const evidence = evidenceOf(asked);
  const keys = await evidence.grabbers();
  const { viewer } = asked.query;
  return {
    filled: `|grabbers| = ${grouped(keys.length)}`,
    rows: await (viewer !== undefined
      ? visitsOfViewer(asked, evidence, viewer, false)
      : pageOf(keys, asked.rows, {
          of: VIEWERS,
          place: (key) => key.padStart(20, '0'),
          rows: async (page) => {
            const visits = asked.rows.nested ? await visitRows(asked, evidence, page, false) : NO_VISITS;
            const row = { kind: 'viewer' as const, amount: '1', fields: {} };
            return page.map((key) => ({ ...row, id: viewerText(asked, key), ...behind(asked, visits, key) }));
          },
        })),
    checks: asked.value === null ? [] : [check(SUM_OF_ROWS, asked.value, keys.length)],
  };
};

const consecutive: Explainer = async (asked) => {
  const runs = await evidenceOf(asked).consecutive();
  const byViewer = new Map<string, typeof runs>();
  for (const run of runs) byViewer.set(run.viewer, [...(byViewer.get(run.viewer) ?? []), run]);
  return {
    filled: `|viewers with ${asked.context.policy.consecutiveSessions} adjacent sessions| = ${grouped(byViewer.size)}`,
    rows: await pageOf([...byViewer], asked.rows, {
      of: { zh: '观众，附完成连续到访的场次', en: 'viewers, with the session that completed the run' },
      place: ([viewer]) => viewer.padStart(20, '0'),
      rows: (page) =>
        page.map(([viewer, own]) => ({
          kind: 'viewer' as const,
          id: viewerText(asked, viewer),
          amount: '1',
          fields: {},
          rows: own.map((run) => ({
            kind: 'session' as const,
            id: `${accountName(asked, run.account)} ${iso(Number(run.at))}`,
            amount: null,
            fields: { account: accountName(asked, run.account), startedAt: iso(Number(run.at)) },
          })),
        })),
    }),
    checks: asked.value === null ? [] : [check(SUM_OF_ROWS, asked.value, byViewer.size)],
  };
};

/** Figures whose rows are viewers (domain.md 3). */
export const PERSON_FIGURES: Record<string, Explainer> = {
  viewers: distinct('viewers'),
  visits,
  showroomVisitors: distinct('showroom'),
  showroomVisitorsLow: distinct('showroom'),
  showroomVisitorsOn2Days: distinct('showroomOn2Days'),
  rollingShowroomVisitors: distinct('rolling'),
  consecutiveVisitors: consecutive,
  grabbers,
  loyalShare,
  dwellRatio,
  meanDwellShowroom: meanDwell('showroomDwell'),
  meanDwellOthers: meanDwell('otherDwell'),
};

/** Are the rows of a figure viewers with their visits, each of which can be asked for alone? */
export const showsViewers = (figure: string): boolean => figure in PERSON_FIGURES && figure !== 'consecutiveVisitors';
