import { ExactDecimal } from '@app/analytics';
import {
  INCENTIVE_COMPARISONS,
  INCENTIVE_FIGURES,
  PLATFORMS,
  TIERS,
  VitrineError,
  isMonth,
  type Bilingual,
  type IncentiveCondition,
  type IncentiveRule,
  type IncentiveRules,
} from '@app/contracts';

/** Rules without the version, which is given when they are written. */
export type IncentiveDraft = Omit<IncentiveRules, 'version'>;

const RULE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const MOST_RULES = 100;
/** No rule of a real brand comes near it; a slip of the decimal point does. */
const MOST_CNY = '100000000';

interface Fault {
  field: string;
  message: Bilingual;
}
const fault = (field: string, zh: string, en: string): Fault => ({ field, message: { zh, en } });

/** Reads incentive rules that somebody wrote (JSON). Throws bad_input naming every fault with its field and what to write instead. */
export function readIncentives(given: unknown): IncentiveDraft {
  const written = (typeof given === 'object' && given !== null && !Array.isArray(given) ? given : {}) as Record<string, unknown>;
  const faults: Fault[] = [];
  if (typeof written.fromMonth !== 'string' || !isMonth(written.fromMonth))
    faults.push(fault('fromMonth', '请写成 2026-10 这样的月份', 'Write a month like 2026-10'));
  const upToCny = written.upToCny ?? null;
  if (upToCny !== null && !isAmount(upToCny, 2, MOST_CNY)) faults.push(amountFault('upToCny'));
  const rules = Array.isArray(written.rules) ? (written.rules as unknown[]) : [];
  if (rules.length === 0 || rules.length > MOST_RULES)
    faults.push(fault('rules', `请给出 1 到 ${MOST_RULES} 条规则`, `Give 1 to ${MOST_RULES} rules`));
  rules.slice(0, MOST_RULES).forEach((rule, at) => faults.push(...ruleFaults(rule, `rules[${at}]`)));
  const ids = rules.map((rule) => (rule as IncentiveRule | null)?.ruleId);
  ids.forEach((id, at) => {
    if (ids.indexOf(id) !== at) faults.push(fault(`rules[${at}].ruleId`, '规则编号重复', 'The rule id is used twice'));
  });
  if (faults.length > 0) throw refused(faults);
  return {
    fromMonth: written.fromMonth as string,
    rules: rules.map((rule) => ruleOf(rule as IncentiveRule)),
    upToCny: upToCny as string | null,
  };
}

const FIELDS: Record<IncentiveRule['kind'], readonly string[]> = {
  tier: ['tier', 'platform', 'amountCny'],
  showroom: ['rateCny', 'from', 'upTo'],
  value: ['share', 'fromCny', 'upToCny'],
  bonus: ['amountCny', 'share'],
  malus: ['amountCny', 'share'],
};

/** Only the fields of its kind, in a fixed order, so that equal rules have equal hashes. */
function ruleOf(rule: IncentiveRule): IncentiveRule {
  const all = rule as unknown as Record<string, unknown>;
  const own = FIELDS[rule.kind].filter((field) => all[field] !== undefined).map((field) => [field, all[field]]);
  const { ruleId, kind, name, when } = rule;
  const conditions = (when ?? []).map(({ figure, is, value }) => ({ figure, is, value }));
  return {
    ruleId,
    kind,
    name: { zh: name.zh, en: name.en },
    ...Object.fromEntries(own),
    ...(when ? { when: conditions } : {}),
  } as IncentiveRule;
}

function ruleFaults(given: unknown, at: string): Fault[] {
  if (typeof given !== 'object' || given === null) return [fault(at, '规则应为对象', 'A rule is an object')];
  const rule = given as Record<string, unknown>;
  const kind = rule.kind as IncentiveRule['kind'];
  const faults: Fault[] = [];
  if (typeof rule.ruleId !== 'string' || !RULE_ID.test(rule.ruleId))
    faults.push(fault(`${at}.ruleId`, '编号应为字母、数字、点、横线，最多 64 位', 'An id has letters, digits, dots, dashes, at most 64'));
  const name = rule.name as Partial<Bilingual> | undefined;
  if (typeof name?.zh !== 'string' || typeof name.en !== 'string' || name.zh === '' || name.en === '')
    faults.push(fault(`${at}.name`, '请给出中英文名称 {zh, en}', 'Give the name in both languages {zh, en}'));
  if (!(kind in FIELDS)) return [...faults, fault(`${at}.kind`, `应为 ${kinds}`, `One of ${kinds}`)];
  const unknown = Object.keys(rule).find((field) => !['ruleId', 'kind', 'name', 'when', ...FIELDS[kind]].includes(field));
  if (unknown) faults.push(fault(`${at}.${unknown}`, '此类规则没有该字段', 'A rule of this kind has no such field'));
  faults.push(...kindFaults(rule, kind, at), ...conditionFaults(rule.when, at));
  return faults;
}

const kinds = Object.keys(FIELDS).join(', ');

function kindFaults(rule: Record<string, unknown>, kind: IncentiveRule['kind'], at: string): Fault[] {
  switch (kind) {
    case 'tier':
      return [
        ...((TIERS as readonly unknown[]).includes(rule.tier)
          ? []
          : [fault(`${at}.tier`, `应为 ${TIERS.join('、')}`, `One of ${TIERS.join(', ')}`)]),
        ...(rule.platform === undefined || (PLATFORMS as readonly unknown[]).includes(rule.platform)
          ? []
          : [fault(`${at}.platform`, `应为 ${PLATFORMS.join('、')}`, `One of ${PLATFORMS.join(', ')}`)]),
        ...amount(rule, 'amountCny', at),
      ];
    case 'showroom':
      return [...amount(rule, 'rateCny', at, 4), ...span(rule, 'from', 'upTo', at, 0)];
    case 'value':
      return [...share(rule, at), ...span(rule, 'fromCny', 'upToCny', at, 4)];
    default:
      if ((rule.amountCny === undefined) === (rule.share === undefined))
        return [fault(`${at}.amountCny`, 'amountCny 与 share 必须且只能给一个', 'Give amountCny or share, one of them')];
      return rule.share === undefined ? amount(rule, 'amountCny', at) : share(rule, at);
  }
}

const amount = (rule: Record<string, unknown>, field: string, at: string, places = 2): Fault[] =>
  isAmount(rule[field], places, MOST_CNY) ? [] : [amountFault(`${at}.${field}`, places)];
const share = (rule: Record<string, unknown>, at: string): Fault[] =>
  isAmount(rule.share, 4, '1') && rule.share !== '0'
    ? []
    : [fault(`${at}.share`, '应为 0 到 1 之间的小数文本，最多四位', 'A decimal between 0 and 1 as text, at most four places')];

function span(rule: Record<string, unknown>, from: string, upTo: string, at: string, places: number): Fault[] {
  const given = [from, upTo].filter((field) => rule[field] !== undefined);
  const wrong = given.filter((field) => !isAmount(rule[field], places, '1000000000000'));
  if (wrong.length > 0) return wrong.map((field) => amountFault(`${at}.${field}`, places));
  if (given.length === 2 && !new ExactDecimal(rule[upTo] as string).gt(rule[from] as string))
    return [fault(`${at}.${upTo}`, `应大于 ${from}`, `Must be above ${from}`)];
  return [];
}

function conditionFaults(when: unknown, at: string): Fault[] {
  if (when === undefined) return [];
  if (!Array.isArray(when)) return [fault(`${at}.when`, '应为条件列表', 'A list of conditions')];
  return when.flatMap((given: Partial<IncentiveCondition> | null, place) => {
    const field = `${at}.when[${place}]`;
    const { figure, is, value } = given ?? {};
    if (!(INCENTIVE_FIGURES as readonly unknown[]).includes(figure))
      return [fault(`${field}.figure`, `应为 ${INCENTIVE_FIGURES.join('、')}`, `One of ${INCENTIVE_FIGURES.join(', ')}`)];
    if (figure === 'passLine')
      return is === '=' && (value === 'true' || value === 'false')
        ? []
        : [fault(`${field}.value`, '及格线只能写 = true 或 = false', 'The pass line is = true or = false')];
    if (!(INCENTIVE_COMPARISONS as readonly unknown[]).includes(is))
      return [fault(`${field}.is`, `应为 ${INCENTIVE_COMPARISONS.join(' ')}`, `One of ${INCENTIVE_COMPARISONS.join(' ')}`)];
    return isAmount(value, 4, '1000000000000') ? [] : [amountFault(`${field}.value`, 4)];
  });
}

/** A plain decimal as text, 0 or more, with at most so many places. Numbers are refused: JSON would round them. */
function isAmount(value: unknown, places: number, most: string): value is string {
  if (typeof value !== 'string') return false;
  const match = /^\d{1,15}(?:\.(\d+))?$/.exec(value);
  return match !== null && (match[1] ?? '').length <= places && new ExactDecimal(value).lte(most);
}

const amountFault = (field: string, places = 2): Fault =>
  fault(
    field,
    `应为不小于 0 的小数文本（带引号），最多 ${places} 位小数`,
    `A decimal of 0 or more as text (in quotes), at most ${places} places`,
  );

function refused(faults: Fault[]): VitrineError {
  return new VitrineError(
    'bad_input',
    { zh: `激励规则有 ${faults.length} 处错误，未保存`, en: `The incentive rules have ${faults.length} fault(s); nothing was stored` },
    {
      remedy: {
        zh: faults
          .slice(0, 5)
          .map(({ field, message }) => `${field}：${message.zh}`)
          .join('；'),
        en: faults
          .slice(0, 5)
          .map(({ field, message }) => `${field}: ${message.en}`)
          .join('; '),
      },
      details: faults.map(({ field, message }) => ({ field, message: `${message.zh} ${message.en}` })),
    },
  );
}
