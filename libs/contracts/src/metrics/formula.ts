import type { Policy, ScoreWeights } from '../state';
import type { Bilingual, Platform } from '../platform';
import type { MetricDefinition } from './metric';

/** A number of a policy as formulas name it: `{minVisits}`, `{weights.value}`. */
export type PolicyTerm = Exclude<keyof Policy, 'weights'> | `weights.${keyof ScoreWeights}` | `cpaCny.${Platform}`;

type Named<Text> = Text extends `${string}{${infer Term}}${infer Rest}` ? Term | Named<Rest> : never;
/** Placeholders in the formula of a definition, in either language. */
export type TermsOf<Definition> = Definition extends { formula: { text: infer Text } }
  ? Text extends Bilingual
    ? Named<Text['zh']> | Named<Text['en']>
    : Named<Text>
  : never;

export type Language = keyof Bilingual;

const NONE: Bilingual = { zh: '未设', en: 'none' };

/** A formula in one language, with the numbers of a policy; without one the names of the numbers stand there. */
export function formulaText({ formula }: Pick<MetricDefinition, 'formula'>, language: Language, policy?: Policy): string {
  const text = typeof formula.text === 'string' ? formula.text : formula.text[language];
  return text.replace(/\{([\w.]+)\}/g, (_, term: PolicyTerm) => (policy ? policyTerm(policy, term, language) : term));
}

/** A number of a policy as people read it. */
export function policyTerm(policy: Policy, term: PolicyTerm, language: Language): string {
  const value = term.split('.').reduce<unknown>((inside, name) => (inside as Record<string, unknown>)[name], policy);
  if (value === undefined) return NONE[language];
  if (typeof value !== 'object') return grouped(String(value));
  const parts = Array.isArray(value) ? value : Object.entries(value ?? {}).map(([name, amount]) => `${name} ${grouped(String(amount))}`);
  return parts.length === 0 ? NONE[language] : parts.join(language === 'zh' ? '、' : ', ');
}

/** Whole thousands of a decimal text apart: 5,000,000.5. Other text stays. */
const grouped = (text: string): string =>
  /^\d+(\.\d+)?$/.test(text) ? text.replace(/^\d+/, (whole) => BigInt(whole).toLocaleString('en')) : text;
