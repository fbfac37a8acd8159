import type { MetricDefinition } from './metric';

/** What stands beside figures of every report: coverage and how many accounts are known (domain.md 3.13, contracts). */
export const SHARED = {
  coverage: {
    name: { zh: '覆盖率', en: 'Coverage' },
    definition: { zh: '已到达读数 ÷ 应有读数；仅文件来源为空', en: 'Readings that arrived ÷ expected; null for file-only accounts' },
    formula: { text: { zh: '已到达 ÷ 应有；缺口不是 0', en: 'arrived ÷ expected; a gap is never a zero' }, section: '1' },
    format: 'ratio',
    unit: null,
    needs: null,
    source: ['entries', 'sessions', 'videos', 'followers'],
    freshness: 'T+1 10:00',
    good: 'higher',
    additivity: 'mean',
    reports: ['showroom', 'value', 'ranking', 'footfall'],
  },
  accountsKnown: {
    name: { zh: '已知账号', en: 'Accounts known' },
    definition: { zh: '该指标已知的账号数', en: 'Accounts whose figure is known' },
    formula: { text: { zh: '数值已知的账号数', en: 'accounts whose figure is known' }, section: '3.13' },
    format: 'count',
    unit: null,
    needs: null,
    source: ['accounts'],
    freshness: 'live',
    good: 'higher',
    additivity: 'sums',
    reports: ['showroom', 'value', 'ranking', 'footfall'],
  },
  accountsTotal: {
    name: { zh: '全部账号', en: 'Accounts' },
    definition: { zh: '范围内的账号数', en: 'Accounts in scope' },
    formula: { text: { zh: '范围内的账号数', en: 'accounts in scope' }, section: '3.13' },
    format: 'count',
    unit: null,
    needs: null,
    source: ['accounts'],
    freshness: 'declared',
    good: 'none',
    additivity: 'sums',
    reports: ['showroom', 'value', 'ranking', 'footfall'],
  },
} as const satisfies Record<string, MetricDefinition>;
