import { type MetricDefinition } from './metric';

/** What stands beside figures of every report: coverage and how many accounts are known. */
export const SHARED = {
  coverage: {
    name: { zh: '覆盖率', en: 'Coverage' },
    definition: { zh: '已到达读数 ÷ 应有读数；仅文件来源为空', en: 'Readings that arrived ÷ expected; null for file-only accounts' },
    format: 'ratio',
    unit: null,
    needs: null,
  },
  accountsKnown: {
    name: { zh: '已知账号', en: 'Accounts known' },
    definition: { zh: '该指标已知的账号数', en: 'Accounts whose figure is known' },
    format: 'count',
    unit: null,
    needs: null,
  },
  accountsTotal: {
    name: { zh: '全部账号', en: 'Accounts' },
    definition: { zh: '范围内的账号数', en: 'Accounts in scope' },
    format: 'count',
    unit: null,
    needs: null,
  },
} as const satisfies Record<string, MetricDefinition>;
