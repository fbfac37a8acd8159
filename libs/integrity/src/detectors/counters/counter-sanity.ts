import { businessDay, type Bilingual, type Inorganic, type ValueLine } from '@app/contracts';
import { type Prevalence, prevalenceOf, strengthOfBreach } from '../../calibration/prevalence';
import type { Detector, DetectorScope, Finding, ScannedAccount } from '../../detector';
import { COUNTER_STATEMENTS, type CounterBreach, type CounterRule, readCounterBreaches } from '../../facts/counter-breaches.reader';
import { readMinuteShapes } from '../../facts/minute-shapes.reader';
import { sessionFinding } from '../../facts/session-finding';
import { readSessionTotals } from '../../facts/session-totals.reader';
import { type SessionBreach, duplicatedSessions, totalsAgainstMinutes } from './counter-rules';

const DAY_MS = 86_400_000;
/** Falls that so many accounts share on a day are a purge by the platform, not theirs. */
const PURGE = 0.02;

/** What a platform took back is corrected already, and does not say who had sent it: worth a look, no more. */
const MOST_OF_FALL = 0.95;

const RULES: Readonly<Record<CounterRule, { label: Bilingual; text: (one: CounterBreach) => Bilingual }>> = {
  counterFalls: {
    label: { zh: '累计播放下降', en: 'Running total that fell' },
    text: ({ before, after }) => ({
      zh: `视频累计播放由 ${before} 降至 ${after}：平台事后清理了播放`,
      en: `The running total of plays fell from ${before} to ${after}: the platform took plays back`,
    }),
  },
  editedSource: {
    label: { zh: '文件高于平台数据', en: 'The file above the platform' },
    text: ({ before, after }) => ({
      zh: `同一场次，文件写观看 ${after}，平台为 ${before}`,
      en: `The same session has ${after} views in a file and ${before} on the platform`,
    }),
  },
  editedAgain: {
    label: { zh: '重新提交后增大', en: 'Larger when submitted again' },
    text: ({ before, after }) => ({
      zh: `同一场次的文件重新提交，观看由 ${before} 变为 ${after}`,
      en: `A file was submitted again for the same session: views went from ${before} to ${after}`,
    }),
  },
};

const sizeOf = ({ before, after }: CounterBreach): number => Math.abs(Math.log(after / before));

/** Breaches by the sums of minutes and by copies, by account. */
async function sessionBreaches(scope: DetectorScope, accounts: readonly ScannedAccount[]): Promise<Map<string, SessionBreach[]>> {
  const totals = await readSessionTotals(scope, accounts);
  const shapes = await readMinuteShapes(scope, accounts);
  return new Map(
    [...totals].map(([key, sessions]) => {
      const own = new Map(shapes.get(key)?.map((shape) => [shape.sessionId, shape]));
      return [key, [...totalsAgainstMinutes(sessions, own, scope.judgedFrom), ...duplicatedSessions(sessions)]];
    }),
  );
}

type Prevalences = Record<CounterRule | 'edited' | 'editedCopy', Prevalence> & { purges: Record<string, number> };
const ruleOf = ({ figure }: SessionBreach): 'edited' | 'editedCopy' => (figure === 'editedCopy' ? 'editedCopy' : 'edited');

async function learn(scope: DetectorScope): Promise<Prevalences> {
  const assessed = (await readSessionTotals(scope, scope.peers)).size;
  const breaches = await sessionBreaches(scope, scope.peers);
  const worst = (rule: 'edited' | 'editedCopy'): number[] =>
    [...breaches.values()].flatMap((own) => {
      const sizes = own.filter((one) => ruleOf(one) === rule && one.session.from < scope.judgedFrom).map(({ size }) => size);
      return sizes.length === 0 ? [] : [Math.max(...sizes)];
    });
  const byRule = {} as Record<CounterRule, Prevalence>;
  const purges: Record<string, number> = {};
  for (const rule of Object.keys(COUNTER_STATEMENTS) as CounterRule[]) {
    const found = await readCounterBreaches(scope, scope.peers, rule);
    const perAccount = new Map<string, number>();
    for (const one of found)
      if (one.at < scope.judgedFrom) perAccount.set(one.account, Math.max(perAccount.get(one.account) ?? 0, sizeOf(one)));
    byRule[rule] = prevalenceOf(assessed, perAccount.values());
    if (rule === 'counterFalls') Object.assign(purges, sharesOfDays(found, assessed));
  }
  return { ...byRule, edited: prevalenceOf(assessed, worst('edited')), editedCopy: prevalenceOf(assessed, worst('editedCopy')), purges };
}

/** Share of the accounts whose totals fell on each day (days since 1970). */
function sharesOfDays(falls: readonly CounterBreach[], accounts: number): Record<string, number> {
  const days = new Map<number, Set<string>>();
  for (const { account, at } of falls) {
    const day = Math.floor(at / DAY_MS);
    days.set(day, (days.get(day) ?? new Set()).add(account));
  }
  return Object.fromEntries([...days].map(([day, own]) => [day, own.size / Math.max(1, accounts)]));
}

function counterFinding(scope: DetectorScope, rule: CounterRule, one: CounterBreach, strength: number): Finding[] {
  const account = scope.accountOf(one.account);
  if (!account) return [];
  const { platform, accountId } = account;
  const isVideo = rule === 'counterFalls';
  const [from, to] = [
    isVideo ? Math.floor(one.at / DAY_MS) * DAY_MS : one.at,
    isVideo ? (Math.floor(one.at / DAY_MS) + 1) * DAY_MS : one.at + 60_000,
  ];
  return [
    {
      subject: isVideo ? { kind: 'account', platform, accountId } : { kind: 'session', platform, accountId, sessionId: one.item },
      window: { from, to },
      strength,
      evidence: {
        text: RULES[rule].text(one),
        figures: [
          {
            name: rule,
            label: RULES[rule].label,
            value: one.after,
            ownReference: one.before,
            peerReference: null,
            honestQuantile: strength,
          },
        ],
        rows: [{ ...one }],
        removes: isVideo ? [] : [removedOf(scope, one, { platform, accountId })],
        sql: COUNTER_STATEMENTS[rule](` AND account_key = {account: UInt64} AND ${isVideo ? 'video_id' : 'session_id'} = {item: String}`),
        parameters: {
          brandId: scope.brandId,
          account: one.account,
          item: one.item,
          from: String(scope.historyFrom),
          to: String(scope.window.to),
        },
      },
    },
  ];
}

/** Views that the other telling of the session does not have. */
function removedOf(
  scope: DetectorScope,
  { item, at, before, after }: CounterBreach,
  account: Pick<ScannedAccount, 'platform' | 'accountId'>,
): Inorganic {
  const units = after - before;
  const day = businessDay(at, scope.zone);
  return { kind: 'units', ...account, origin: 'session', item, line: 'live_view', day, units, low: units, high: units };
}

const LINES: Readonly<Record<string, ValueLine>> = { editedViews: 'live_view', editedLikes: 'like', editedComments: 'comment' };

/** Units beyond what the minutes tell; a copy of another session is none of its own. */
function excessOf({ figure, told, expected }: SessionBreach): { line: ValueLine; units: number } | undefined {
  if (figure === 'editedCopy') return { line: 'live_view', units: told };
  return expected === null || !(figure in LINES) ? undefined : { line: LINES[figure], units: told - expected };
}

/** Detector 2: counters that do what counters do not do by themselves. */
export const counterSanity: Detector = {
  name: 'counterSanity',
  version: 1,
  family: 'data',
  tier: 'T1',
  title: { zh: '计数合理性', en: 'Sanity of counters' },
  text: {
    zh: '累计数下降、总数与逐分钟之和不符、两场各项完全相同、同一文件重交后增大、文件高于平台数据。每项按该规则在诚实账号中被违反的频率与程度评分；许多账号同日下降视为平台清理。',
    en: 'Running totals that fall, totals that are not the sum of their minutes, two sessions alike in every figure, a file that grows when it is submitted again, a file above the platform’s own figure. Each is scored by how often, and how badly, honest accounts break the rule; falls that many share on a day are a purge by the platform.',
  },
  weaknesses: {
    zh: '所有相关数字一起修改、且没有第二来源时看不出。',
    en: 'Blind where all figures are edited together and no second source tells them.',
  },
  inputs: ['sessions', 'minutes', 'videos'],
  parameters: {
    purge: { value: PURGE, unit: 'share of accounts', text: { zh: '同日下降视为平台清理', en: 'Falls on one day that are a purge' } },
  },
  minimumSample: { views: { value: 50, unit: 'views', text: { zh: '可比较的总数', en: 'A total that can be compared' } } },
  run: async (scope) => {
    const known = await scope.reference('counterSanity', () => learn(scope));
    const findings: Finding[] = [];
    const since = Math.min(scope.window.from, scope.judgedFrom);
    for (const rule of Object.keys(COUNTER_STATEMENTS) as CounterRule[])
      for (const one of await readCounterBreaches(scope, scope.accounts, rule)) {
        const share = rule === 'counterFalls' ? (known.purges[Math.floor(one.at / DAY_MS)] ?? 0) : 0;
        if (one.at < since || share >= PURGE) continue;
        findings.push(
          ...counterFinding(
            scope,
            rule,
            one,
            Math.min(rule === 'counterFalls' ? MOST_OF_FALL : 1, strengthOfBreach(known[rule], sizeOf(one))),
          ),
        );
      }
    for (const [key, breaches] of await sessionBreaches(scope, scope.accounts))
      for (const breach of breaches.filter(({ session }) => session.from >= since))
        findings.push(
          ...sessionFinding(scope, key, breach.session, {
            strength: strengthOfBreach(known[ruleOf(breach)], breach.size),
            text: breach.text,
            figures: [{ name: breach.figure, label: breach.text, value: breach.told, ownReference: breach.expected }],
            excess: excessOf(breach),
          }),
        );
    return { findings, notAssessable: [] };
  },
};
