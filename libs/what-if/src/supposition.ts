import { activeCards } from '@app/analytics';
import { Bilingual, BrandState, Policy, RateCard, SupposedPrice, VitrineError, WhatIfQuery, addMonths } from '@app/contracts';
import { judgePolicy, judgeRateCard, policyOf, rateCardIdentity, type RateCardItem } from '@app/database';
import { fieldNames, readStateRow, stateFields } from '@app/ingest';

/** A state that nobody declared: the brand's own under another policy and other prices. */
export interface Supposition {
  state: BrandState;
  /** Fields of the policy that are supposed, by the names of its files. */
  policy: Record<string, unknown>;
  /** The cards that are supposed, in words. */
  prices: string[];
}

/** Part of a policy by which its versions are told apart: a policy that is supposed rules whatever is looked at. */
const NOT_SUPPOSED = ['fromMonth', 'version'];
/** From the first day that any card can have. */
const EVER = '1970-01-01';

/**
 * The brand's state as if fields of the policies that rule the months `first` to `last`, and prices, were others. Everything is judged as an import of it would
 * be; nothing is written. Throws bad_input that names the field.
 */
export function suppose(
  state: BrandState,
  { policy = {}, prices = [], rateCards = [] }: WhatIfQuery,
  { first, last }: { first: string; last: string },
): Supposition {
  const fields = policyFields(policy);
  const ruling = new Set<Policy>();
  for (let month = first; month <= last; month = addMonths(month, 1)) ruling.add(policyOf(state.policies, month));
  const cards = supposedCards(state.rateCards, prices, rateCards);
  return {
    state: {
      ...state,
      policies:
        Object.keys(fields).length === 0
          ? state.policies
          : state.policies.map((own) => (ruling.has(own) ? supposedPolicy(own, fields) : own)),
      keptPolicies: state.keptPolicies ?? state.policies,
      rateCards: cards ?? state.rateCards,
    },
    policy: fields,
    prices: cards === null ? [] : changedCards(state.rateCards, cards),
  };
}

/** `weights.showroom` and `{ weights: { showroom } }` are `weightShowroom`; `cpaCny.douyin` is `cpaDouyinCny`. */
export function policyFields(given: Record<string, unknown>): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  const known = new Set(fieldNames('policies'));
  const add = (name: string, value: unknown): void => {
    if (NOT_SUPPOSED.includes(name) || value === undefined || value === null) return;
    const isGroup = typeof value === 'object' && !Array.isArray(value);
    if (isGroup && !name.includes('.'))
      for (const [part, own] of Object.entries(value as Record<string, unknown>)) add(`${name}.${part}`, own);
    else if (!isGroup && known.has(fileName(name))) fields[fileName(name)] = value;
    else
      throw unknownField(
        name,
        [...known].filter((field) => !NOT_SUPPOSED.includes(field)),
      );
  };
  for (const [name, value] of Object.entries(given)) add(name, value);
  return fields;
}

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

function fileName(name: string): string {
  const [group, part, ...deeper] = name.split('.');
  if (part === undefined || deeper.length > 0) return name;
  return group === 'weights' ? `weight${capital(part)}` : group === 'cpaCny' ? `cpa${capital(part)}Cny` : name;
}

function supposedPolicy(own: Policy, fields: Record<string, unknown>): Policy {
  // the default begins before any month that a file may name: it is judged as one that a file could hold
  const row = readStateRow('policies', { ...stateFields('policies', own), fromMonth: '2000-01', ...fields });
  const judged = judgePolicy(row, new Map(), []);
  if ('refusal' in judged) throw refused('policy', judged.refusal);
  return { ...judged.item, version: own.version, fromMonth: own.fromMonth };
}

/** All cards in force as supposed; null when none is given. Judged against each other, whatever their order. */
function supposedCards(
  stored: readonly RateCard[],
  prices: readonly SupposedPrice[],
  rows: readonly Record<string, unknown>[],
): RateCard[] | null {
  if (prices.length === 0 && rows.length === 0) return null;
  const cards = new Map(activeCards(stored).map((card) => [rateCardIdentity(card), card]));
  const touched = new Map<string, Record<string, unknown>>();
  for (const price of prices) for (const row of pricedRows(cards, price)) touched.set(rateCardIdentity(row), { ...row });
  for (const row of rows) {
    const read = readStateRow('rate-cards', row);
    touched.set(rateCardIdentity(read as RateCardItem), { ...read });
  }
  for (const [identity, row] of touched) {
    const card = { sourceNote: null, validTo: null, sample: false, ...row } as RateCardItem;
    cards.set(identity, { ...card, version: cards.get(identity)?.version ?? 0 });
  }
  for (const [identity, row] of touched) {
    const judged = judgeRateCard(readStateRow('rate-cards', row), cards);
    if ('refusal' in judged) throw refused('rateCards', judged.refusal);
    cards.set(identity, { ...judged.item, version: cards.get(identity)!.version });
  }
  return [...cards.values()];
}

function pricedRows(cards: ReadonlyMap<string, RateCard>, price: SupposedPrice): RateCardItem[] {
  const { platform, line, unitPriceCny, discount } = price;
  const own = [...cards.values()].filter((card) => card.platform === platform && card.line === line);
  if (own.length > 0)
    return own.map(({ validFrom, validTo, sample, sourceNote, ...card }) => ({
      ...{ platform, line, validFrom, validTo, sample, sourceNote },
      unitPriceCny: unitPriceCny ?? card.unitPriceCny,
      discount: discount ?? card.discount,
    }));
  if (unitPriceCny === undefined) throw noCard(`${platform}/${line}`);
  return [{ platform, line, unitPriceCny, discount: discount ?? '1', validFrom: EVER, validTo: null, sample: false, sourceNote: null }];
}

/** What is another card than before, as `platform/line/validFrom: price × discount`. */
function changedCards(before: readonly RateCard[], after: readonly RateCard[]): string[] {
  const known = new Map(activeCards(before).map((card) => [rateCardIdentity(card), card]));
  const shown = (card: RateCard): string => `${card.unitPriceCny} × ${card.discount}${card.validTo === null ? '' : ` – ${card.validTo}`}`;
  return after
    .filter((card) => {
      const own = known.get(rateCardIdentity(card));
      return !own || shown(own) !== shown(card);
    })
    .map((card) => `${card.platform}/${card.line}/${card.validFrom}: ${shown(card)}`)
    .sort();
}

function refused(group: string, { field, text }: { field: string; text: Bilingual }): VitrineError {
  return new VitrineError('bad_input', text, {
    remedy: { zh: '按政策与刊例价导入的同一规则检查，请更正后重试。', en: 'Judged as an import of it would be: correct it and ask again.' },
    details: [{ field: `${group}.${field}`, message: text.en }],
  });
}

function unknownField(name: string, known: readonly string[]): VitrineError {
  const shown = name.slice(0, 60);
  return new VitrineError(
    'bad_input',
    { zh: `政策没有字段 ${shown}`, en: `A policy has no field ${shown}` },
    {
      remedy: { zh: `可用字段：${known.join('、')}`, en: `There are: ${known.join(', ')}` },
      details: [{ field: `policy.${shown}`, message: 'unknown field' }],
    },
  );
}

function noCard(line: string): VitrineError {
  return new VitrineError(
    'bad_input',
    { zh: `${line} 没有刊例价，无法只设折扣`, en: `There is no rate card for ${line}: a discount alone says nothing` },
    {
      remedy: { zh: '请同时给出单价。', en: 'Give a unit price as well.' },
      details: [{ field: 'prices', message: `no rate card for ${line}` }],
    },
  );
}
