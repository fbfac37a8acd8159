import { toldFigures, type Compared, type ToldValue } from '@app/analytics';
import { addDays, dayStart, DETECTOR_NAMES, findImportKind, type Bilingual, type ReconciledFigure } from '@app/contracts';
import { SIGNAL_FLOOR, type Detector, type DetectorScope, type Finding } from '../../detector';
import { readSourceDifferences, readToldValues } from '../../facts/source-differences.reader';
import { grouped } from '../../grouped';
import { feedFindings, feedPrevalence, readFedSessions } from './feed-excess';
import { differingWeeks, MOST, prevalencesOf, type DifferingWeek, type FigurePrevalences } from './source-differences';

/** Things that a finding lists. */
const SHOWN = 20;
const FIGURES_SHOWN = 5;

const OWN_WORDS: Partial<Record<ReconciledFigure, Bilingual>> = {
  followers: { zh: '粉丝总数', en: 'Followers' },
  dailyLeads: { zh: '当日线索数', en: 'Leads of the day' },
};
const FIELDS = [...(findImportKind('sessions')?.fields ?? []), ...(findImportKind('videos')?.fields ?? [])];
const wordOf = (figure: ReconciledFigure): Bilingual =>
  OWN_WORDS[figure] ?? FIELDS.find(({ name }) => name === figure)?.label ?? { zh: figure, en: figure };

const textOf = ([largest, ...others]: readonly Compared[]): Bilingual => {
  const { figure, subject, countedSource, countedValue, otherSource, otherValue } = largest;
  const { zh, en } = wordOf(figure);
  const more = others.length;
  return {
    zh: `${zh}（${subject}）：${countedSource} 为 ${countedValue}，${otherSource} 为 ${otherValue}${more > 0 ? `；另有 ${more} 项不一致` : ''}。以策略排在前面的来源为准`,
    en: `${en} of ${subject}: ${countedValue} by ${countedSource}, ${otherValue} by ${otherSource}${more > 0 ? `; and ${more} more` : ''}. The source that the policy puts first counts`,
  };
};

const NOBODY = { assessed: 0, worst: [] };

interface Shown extends DifferingWeek {
  parameters: { brandId: number; account: string; subjects: string[]; figures: string[]; from: number; to: number };
}

/** The statement of a week asks for its largest differences, of videos also for the readings of the week before. */
function shownWeek(scope: DetectorScope, week: DifferingWeek): Shown {
  const rows = week.rows.slice(0, SHOWN);
  const distinct = (values: readonly string[]): string[] => [...new Set(values)].sort();
  return {
    ...week,
    parameters: {
      brandId: scope.brandId,
      account: week.account,
      subjects: distinct(rows.map(({ subject }) => subject)),
      figures: distinct(rows.map(({ figure }) => figure)),
      from: dayStart(addDays(week.monday, -7), scope.zone),
      to: dayStart(addDays(week.monday, 7), scope.zone),
    },
  };
}

/** Values of all weeks by one statement; of each week those that its own statement gives. */
async function valuesOf(scope: DetectorScope, weeks: readonly Shown[]): Promise<(week: Shown) => ToldValue[]> {
  const all = (name: 'subjects' | 'figures'): string[] => [...new Set(weeks.flatMap(({ parameters }) => parameters[name]))];
  const values = await readToldValues(scope, {
    accounts: [...new Set(weeks.map(({ account }) => account))],
    subjects: all('subjects'),
    figures: all('figures'),
    from: weeks.reduce((least, { parameters }) => Math.min(least, parameters.from), Infinity),
    to: weeks.reduce((most, { parameters }) => Math.max(most, parameters.to), -Infinity),
  });
  const ofAccount = grouped(values, ({ account }) => account);
  return ({ account, parameters: { subjects, figures, from, to } }) =>
    (ofAccount.get(account) ?? []).filter(({ kind, subject, figure, at }) => {
      const read = kind === 'video' ? Date.parse(`${at.replace(' ', 'T')}Z`) : from;
      return read >= from && read < to && subjects.includes(subject) && figures.includes(figure);
    });
}

function findingOf(scope: DetectorScope, week: Shown, values: readonly ToldValue[]): Finding[] {
  const account = scope.accountOf(week.account);
  if (!account) return [];
  const { platform, accountId } = account;
  const { monday, rows, strength, parameters } = week;
  return [
    {
      subject: { kind: 'account', platform, accountId },
      window: { from: dayStart(monday, scope.zone), to: dayStart(addDays(monday, 7), scope.zone) },
      strength,
      evidence: {
        text: textOf(rows),
        figures: rows.slice(0, FIGURES_SHOWN).map(({ figure, otherValue, countedValue }) => ({
          name: figure,
          label: wordOf(figure),
          value: otherValue,
          ownReference: countedValue,
          peerReference: null,
          honestQuantile: strength,
        })),
        rows: values.map((value) => ({ ...value })),
        sql: toldFigures('one'),
        parameters,
      },
    },
  ];
}

/** Two sources of one figure that differ by more than the policy tolerates (docs/adr/0020). */
export const sourceReconciliation: Detector = {
  name: 'sourceReconciliation',
  version: 1,
  family: 'data',
  tier: 'T1',
  title: DETECTOR_NAMES.sourceReconciliation,
  text: {
    zh: '同一数字由两个来源给出（平台接口、导出文件、推送），相差超过策略的容差。直播场次、视频累计（与可信来源前后两次读数之间允许的范围比）、粉丝总数、当日线索数逐项比较，按账号与自然周汇总，平台尚未定稿的数字不比较；结束满两天、推送的进房数多于平台观看人次的场次单独提示；按诚实账号出现同样差异的频率评分，最高 0.95：不一致本身并不说明谁对。',
    en: 'One figure is told by two sources (interface, export, feed), further apart than the policy tolerates: of sessions, running totals of videos (against what the trusted source’s readings around them allow), followers and leads of a day; by account and business week; and sessions, two days after they ended, of which a feed tells more entries than the platform counts views. Figures that are not final yet are not compared. Scored by how often honest accounts differ like that, at most .95: that sources disagree does not say which of them is right.',
  },
  weaknesses: {
    zh: '只有一个来源时无从比较；全网文件都按另一口径统计时，差异视为常态，只在对账报表里列出。文件的观看人次高于平台由“计数合理性”提示。',
    en: 'Nothing to compare where there is one source; where the files of the whole network count otherwise, that is usual and stands in the report of reconciliation only. Views of a file above the platform’s are told by the sanity of counters.',
  },
  inputs: ['sessions', 'videos', 'followers', 'leads', 'entries'],
  parameters: { most: { value: MOST, unit: 'strength', text: { zh: '强度上限', en: 'Largest strength' } } },
  minimumSample: { sources: { value: 2, unit: 'sources', text: { zh: '给出该数字的来源', en: 'Sources of the figure' } } },
  run: async (scope) => {
    const fed = await readFedSessions(scope);
    const honest = await scope.reference<FigurePrevalences>('sourceReconciliation', async () => ({
      ...prevalencesOf(await readSourceDifferences(scope, scope.peers, { from: scope.historyFrom, to: scope.judgedFrom })),
      feedEntries: feedPrevalence(fed, scope.judgedFrom),
    }));
    const judged = { from: Math.min(scope.window.from, scope.judgedFrom), to: scope.window.to };
    const weeks = differingWeeks(await readSourceDifferences(scope, scope.accounts, judged), honest)
      .filter(({ strength }) => strength >= SIGNAL_FLOOR)
      .map((week) => shownWeek(scope, week));
    const valuesOfWeek = await valuesOf(scope, weeks);
    const ofWeeks = weeks.flatMap((week) => findingOf(scope, week, valuesOfWeek(week)));
    return { findings: [...ofWeeks, ...feedFindings(scope, fed, honest.feedEntries ?? NOBODY, judged.from)], notAssessable: [] };
  },
};
