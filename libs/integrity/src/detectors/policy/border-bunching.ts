import { addMonths, businessMonth, DETECTOR_NAMES, dayStart, type Bilingual, type SignalFigure, type SignalRow } from '@app/contracts';
import { strengthOf, strengthOfLooks } from '../../calibration/tail';
import type { Detector, DetectorScope, Finding, Findings } from '../../detector';
import { monthParameters, readMonthValues, VALUES_AT_BORDER, type MonthValue } from '../../facts/month-values.reader';
import { networkPile, pileAt, pileJump, type PileWidths } from './piles';
import { valueBorders, type ValueBorder } from './value-borders';

/** Three per cent above a border count as piled; a quarter on either side tells what would be there without it. In logarithms. */
const WIDTHS: PileWidths = { band: 0.03, around: 0.25 };
const YEAR = 12;
/** A network is one subject: what one in a hundred is worth is not worth telling. */
const LEAST_OF_NETWORK = 0.99;
const ROWS = 50;
/** A jump has no peers to be measured by: beyond chance it counts as a Student distribution of an unseen network. */
const UNSEEN = { n: 0, quantiles: [], scale: 1 };

/** Somebody who has a value: an account, or a dealer with its accounts. */
interface Valued {
  accounts: string[];
  valueCny: number;
}

/** Where values lie at a border. */
export interface FoundBorder {
  border: ValueBorder;
  above: number;
  expected: number;
  /** Of the pile, and of its coming with the border. */
  pile: number;
  jump: number | null;
}

/** A border with those whose values it is about, and the months that these are of. */
interface Looked {
  found: FoundBorder;
  people: readonly Valued[];
  months: [from: string, to: string];
}

/** How values lie at a border, by borders that nobody pays for; and whether the pile came with it. Null: too few values around. Pure. */
export function bordered(border: ValueBorder, values: readonly number[], before: readonly number[] | null): FoundBorder | null {
  const logs = (some: readonly number[]): number[] => some.filter((value) => value > 0).map(Math.log);
  const place = Math.log(border.cny);
  const found = networkPile(logs(values), place, WIDTHS);
  if (!found) return null;
  const jump = before && pileJump(pileAt(logs(before), place, WIDTHS), pileAt(logs(values), place, WIDTHS));
  const { above, expected, strength } = found;
  return { border, above, expected, pile: strength, jump: jump === null ? null : strengthOf(UNSEEN, jump) };
}

/** The better of pile and jump, after as many looks as there are borders. */
export const strengthAt = ({ pile, jump }: FoundBorder, borders: number): number =>
  strengthOfLooks(Math.max(pile, jump ?? 0), borders * (jump === null ? 1 : 2));

/** Months that a border's values are of, both included. */
const monthsOf = ({ of }: ValueBorder, last: string): [from: string, to: string] =>
  of === 'accountYear' ? [addMonths(last, 1 - YEAR), last] : [last, last];

function valuesOf(scope: DetectorScope, of: ValueBorder['of'], values: readonly MonthValue[], [from, to]: [string, string]): Valued[] {
  const end = dayStart(`${addMonths(to, 1)}-01`, scope.zone) - 1;
  const found = new Map<string, Valued>();
  for (const { account, month, valueCny } of values) {
    const owner = of === 'accountYear' ? account : scope.dealerAt(account, end);
    if (owner === null || month < from || month > to) continue;
    const known = found.get(owner) ?? { accounts: [], valueCny: 0 };
    found.set(owner, known);
    if (!known.accounts.includes(account)) known.accounts.push(account);
    known.valueCny += valueCny;
  }
  return [...found.values()];
}

const NOT_KEPT: Bilingual = {
  zh: '没有可用的价格或逐日价值，无法判断是否在层级或激励门槛处堆积',
  en: 'Without prices, or kept values of days, nothing can be said of tier borders and incentive thresholds',
};

async function run(scope: DetectorScope): Promise<Findings> {
  const last = businessMonth(scope.window.to - 1, scope.zone);
  const whole = dayStart(`${addMonths(last, 1)}-01`, scope.zone) <= scope.window.to ? last : addMonths(last, -1);
  const borders = valueBorders(scope.state.policies, scope.incentives ?? [], last);
  // what a border changed is told by the year before it began
  const since = borders.flatMap((border) => border.since ?? []).sort()[0] ?? last;
  const first = addMonths(since < last ? since : last, -YEAR);
  const parameters = monthParameters(scope.state.rateCards, first, last);
  const values = parameters === null ? [] : await readMonthValues(scope, parameters);
  if (values.length === 0) return { findings: [], notAssessable: [{ subject: { kind: 'brand' }, reason: NOT_KEPT }] };
  const kept = new Set(values.map(({ month }) => month));
  const looked = borders.flatMap((border): Looked[] => {
    const until = border.of === 'accountYear' ? last : whole;
    const months = monthsOf(border, until);
    if (!kept.has(months[1])) return [];
    const people = valuesOf(scope, border.of, values, months);
    const before = border.since === null ? null : monthsOf(border, addMonths(border.since, -1));
    const known = before !== null && kept.has(before[0]) && border.since! <= until;
    const earlier = known ? valuesOf(scope, border.of, values, before) : null;
    const found = bordered(
      border,
      people.map(({ valueCny }) => valueCny),
      earlier && earlier.map(({ valueCny }) => valueCny),
    );
    return found ? [{ found, people, months }] : [];
  });
  const [loudest] = [...looked].sort((a, b) => strengthAt(b.found, looked.length) - strengthAt(a.found, looked.length));
  if (loudest === undefined || strengthAt(loudest.found, looked.length) < LEAST_OF_NETWORK) return { findings: [], notAssessable: [] };
  return {
    findings: [findingOf(scope, loudest, { values, all: looked.map(({ found }) => found) })],
    notAssessable: [],
  };
}

const rounded = (value: number): number => Math.round(value * 10) / 10;

function figureOf({ border, above, expected, pile }: FoundBorder): SignalFigure {
  return {
    name: border.of === 'accountYear' ? 'accountsJustAboveTier' : 'dealersJustAboveIncentive',
    label: { zh: `恰过${border.name.zh}`, en: `Just above ${border.name.en}` },
    ...{ value: above, ownReference: rounded(expected), peerReference: null, honestQuantile: pile },
  };
}

function findingOf(
  scope: DetectorScope,
  { found, people, months: [from, to] }: Looked,
  { values, all }: { values: readonly MonthValue[]; all: readonly FoundBorder[] },
): Finding {
  const { border, above, expected, pile, jump } = found;
  const [least, most] = [border.cny, border.cny * Math.exp(WIDTHS.band)];
  const near = people.filter(({ valueCny }) => valueCny >= least && valueCny < most).sort((a, b) => a.valueCny - b.valueCny);
  const accounts = near
    .slice(0, ROWS)
    .flatMap((one) => one.accounts)
    .sort();
  const hasCome = jump !== null && jump >= pile;
  const who = border.of === 'accountYear' ? { zh: '个账号', en: 'accounts' } : { zh: '家门店', en: 'dealers' };
  return {
    subject: { kind: 'brand' },
    window: scope.window,
    standing: true,
    strength: strengthAt(found, all.length),
    evidence: {
      text: {
        zh: `有 ${above} ${who.zh}恰在${border.name.zh}之上 3% 以内，按门槛两侧分布应约 ${rounded(expected)}${hasCome ? '；该门槛生效后才出现' : ''}。只说明全网现象，不指向任何门店。`,
        en: `${above} ${who.en} lie within 3 % above ${border.name.en}; what lies around it lets expect about ${rounded(expected)}${hasCome ? '. The pile came when the threshold began' : ''}. It says something of the network, not of a dealer.`,
      },
      figures: [found, ...all.filter((one) => one !== found)].map(figureOf),
      rows: rowsOf(values, accounts, [from, to]),
      sql: VALUES_AT_BORDER,
      parameters: { brandId: scope.brandId, accounts, ...monthParameters(scope.state.rateCards, from, to) },
    },
  };
}

/** What the statement gives. */
function rowsOf(values: readonly MonthValue[], accounts: readonly string[], [from, to]: readonly [string, string]): SignalRow[] {
  const sums = new Map(accounts.map((account) => [account, 0]));
  for (const { account, month, valueCny } of values)
    if (sums.has(account) && from <= month && month <= to) sums.set(account, sums.get(account)! + valueCny);
  return [...sums]
    .map(([account, valueCny]) => ({ account, valueCny: Math.round(valueCny) }))
    .sort((a, b) => a.valueCny - b.valueCny || (a.account < b.account ? -1 : 1));
}

/** Detector 19, of money: a network whose values pile up just above a tier border or an incentive threshold. */
export const borderBunching: Detector = {
  name: 'borderBunching',
  version: 1,
  family: 'policy',
  tier: 'T1',
  wholeBrand: true,
  title: DETECTOR_NAMES.borderBunching,
  text: {
    zh: '层级门槛（默认年度价值五百万、一百万元）按账号近十二个月的价值判断，激励规则中的价值门槛按门店当月价值判断：统计恰过门槛 3% 以内的数量，与门槛两侧的分布推出的数量比较，再与四十个无意义的数额比较；门槛更改过的，另看堆积是否随之出现。只说明全网现象，不指向任何门店。',
    en: 'Tier borders (five and one million CNY a year by default) are looked at by the value of each account over twelve months, thresholds of value in the incentive rules by the dealer’s month: how many lie within 3 % above one, against what lies around it, and that against amounts that mean nothing. Where a border has changed, whether the pile came with it. It says something of the network and accuses no dealer.',
  },
  weaknesses: {
    zh: '门店数量少时看不出；按到访人数、评分、排名设的门槛不在其内；刚过门槛本身并不违规。',
    en: 'Blind in small networks; thresholds of visitors, score or rank are not looked at; to be just above a border breaks no rule.',
  },
  inputs: ['sessions', 'videos', 'rate-cards', 'policies'],
  parameters: {
    band: { value: WIDTHS.band, unit: 'ln', text: { zh: '门槛之上算作堆积的幅度', en: 'Share above a border that counts as piled' } },
    around: { value: WIDTHS.around, unit: 'ln', text: { zh: '两侧用于推算的幅度', en: 'On either side, what tells what to expect' } },
  },
  minimumSample: { around: { value: 8, unit: 'accounts', text: { zh: '门槛附近的账号', en: 'Accounts around a border' } } },
  run,
};
