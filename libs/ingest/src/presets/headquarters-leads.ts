import { ExportPreset, columnsFrom, notTaken } from './export-preset';

/** 总部新媒体线索 (facts 9.4): one line a person with a phone number and without account. */
export const HEADQUARTERS_LEADS: ExportPreset = {
  name: 'headquarters-leads',
  label: { zh: '总部新媒体线索', en: "Headquarters' list of leads" },
  from: { zh: '品牌总部的线索清单（CSV）', en: "The brand's own list of leads (CSV)" },
  platform: null,
  kind: 'followers',
  account: 'option',
  identity: 'column',
  columns: [...columnsFrom('-:text! 线索ID', '-:text! 手机号'), ...notTaken('创建时间', '渠道2', '渠道3')],
  refused: {
    reason: {
      zh: '文件逐行含个人信息，且不含账号；本系统只保存线索数量。',
      en: 'The file has a line for each person and names no account; only numbers of leads are kept here.',
    },
    remedy: {
      zh: '按账号和日期汇总数量，用 `vitrine template leads` 的模板导入。',
      en: 'Count by account and day and use the template of `vitrine template leads`.',
    },
  },
};
