import { createI18n } from 'vue-i18n';
import { words as auditEn } from './audit.en';
import { words as auditZh } from './audit.zh-CN';
import { words as brandEn } from './brand.en';
import { words as brandZh } from './brand.zh-CN';
import { words as deskEn } from './dealer-desk.en';
import { words as deskZh } from './dealer-desk.zh-CN';
import { words as dataEn } from './data.en';
import { words as dataZh } from './data.zh-CN';
import { words as policyEn } from './policy.en';
import { words as policyZh } from './policy.zh-CN';
import { words as monthsEn } from './months.en';
import { words as monthsZh } from './months.zh-CN';
import { words as explainEn } from './explain.en';
import { words as explainZh } from './explain.zh-CN';
import { words as frameEn } from './frame.en';
import { words as frameZh } from './frame.zh-CN';
import { words as liveEn } from './live.en';
import { words as pictureEn } from './picture.en';
import { words as pictureZh } from './picture.zh-CN';
import { words as liveZh } from './live.zh-CN';

/** Each slice has its own files and its own key at the top, so that two people never edit one. */
export const zhCN = {
  ...frameZh,
  ...brandZh,
  ...explainZh,
  ...monthsZh,
  ...policyZh,
  ...dataZh,
  ...deskZh,
  ...auditZh,
  ...liveZh,
  ...pictureZh,
};
export const en = {
  ...frameEn,
  ...brandEn,
  ...explainEn,
  ...monthsEn,
  ...policyEn,
  ...dataEn,
  ...deskEn,
  ...auditEn,
  ...liveEn,
  ...pictureEn,
};

type Words = { [key: string]: string | Words };
const WORDS: Record<string, Words> = { 'zh-CN': zhCN, en };

/** The sentence at a path of a language; null: there is none. */
export function sentenceOf(language: string, path: string): string | null {
  let at: string | Words | undefined = WORDS[language];
  for (const key of path.split('.')) at = typeof at === 'object' ? at[key] : undefined;
  return typeof at === 'string' ? at : null;
}

export const createWords = (locale: string) =>
  createI18n({ legacy: false, locale, fallbackLocale: 'zh-CN', messages: { 'zh-CN': zhCN, en } });
