import type { BrandQuery } from '@app/reports';
import { ASKED } from './generator/year';

/** What a dashboard asks, in turn: the ranking page first. */
export const QUESTIONS: readonly BrandQuery[] = [
  { name: 'ranking', level: 'account', month: ASKED.month, basis: 'adjusted' },
  { name: 'showroom', level: 'dealer', month: ASKED.month, basis: 'adjusted' },
  { name: 'value', level: 'region', month: ASKED.month, basis: 'adjusted' },
  { name: 'showroom', level: 'brand', month: ASKED.month, basis: 'adjusted' },
];
