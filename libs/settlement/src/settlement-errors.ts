import { type Bilingual, type VitrineError, refusal } from '@app/contracts';

/** What only whoever sees the whole brand may do. */
export const SETTLING: Bilingual = { zh: '结算', en: 'Settling' };

export const notClosed = (month: string): VitrineError =>
  refusal(
    'conflict',
    { zh: `${month} 尚未关账，不能结算`, en: `${month} is not closed: it cannot be settled` },
    { zh: `请先关账：vitrine close --month ${month}`, en: `Close it first: vitrine close --month ${month}` },
    'month',
  );

export const noRules = (month: string): VitrineError =>
  refusal(
    'conflict',
    { zh: `${month} 没有适用的激励规则`, en: `No incentive rules reach ${month}` },
    {
      zh: '请导入规则：vitrine settlement rules set FILE.json，fromMonth 不晚于该月',
      en: 'Store rules with vitrine settlement rules set FILE.json, with a fromMonth not after it',
    },
    'month',
  );

export const rulesRuleSettled = (month: string): VitrineError =>
  refusal(
    'conflict',
    { zh: `规则会改变已结算的月份 ${month}`, en: `The rules would change ${month}, which is settled` },
    { zh: `请把 fromMonth 写在 ${month} 之后`, en: `Let them begin after ${month}` },
    'fromMonth',
  );

export const alreadySettled = (month: string): VitrineError =>
  refusal(
    'conflict',
    { zh: `${month} 的关账已结算，且没有待付差额`, en: `The close of ${month} is settled and nothing is left to pay` },
    {
      zh: '数据更正后请先重述该月，再结算差额；扣留的经销商请先解除',
      en: 'After a correction restate the month, then settle the difference; release what is held first',
    },
    'month',
  );

export const unknownSettlement = (): VitrineError =>
  refusal(
    'not_found',
    { zh: '没有该结算单', en: 'There is no such settlement' },
    { zh: '用 vitrine settlement list 查看', en: 'See vitrine settlement list' },
  );

export const notDraft = (state: string): VitrineError =>
  refusal(
    'conflict',
    { zh: `该结算已有结论（${state}）`, en: `The settlement is ${state} already` },
    { zh: '已批准的结算不再更改；请重新编制差额结算', en: 'An approved one never changes: prepare the difference' },
  );

export const stale = (): VitrineError =>
  refusal(
    'conflict',
    { zh: '编制之后，关账、规则或扣留已变动', en: 'The close, the rules or a hold have changed since it was prepared' },
    { zh: '请重新编制：vitrine settlement prepare', en: 'Prepare it again: vitrine settlement prepare' },
  );

export const samePerson = (): VitrineError =>
  refusal(
    'forbidden',
    { zh: '编制人不能批准自己的结算', en: 'Who prepared a settlement cannot approve it' },
    { zh: '请由另一人批准', en: 'Another person has to approve it' },
  );

export const unknownDealer = (dealerId: string): VitrineError =>
  refusal(
    'not_found',
    { zh: `没有经销商 ${dealerId.slice(0, 60)}`, en: `There is no dealer ${dealerId.slice(0, 60)}` },
    { zh: '请从经销商列表中选择', en: 'Choose one from the list of dealers' },
    'dealerId',
  );

export const unknownHold = (): VitrineError =>
  refusal(
    'not_found',
    { zh: '没有该扣留，或已解除', en: 'There is no such hold, or it is released' },
    { zh: '用 vitrine settlement holds 查看', en: 'See vitrine settlement holds' },
  );

export const unknownRule = (ruleId: string, month: string): VitrineError =>
  refusal(
    'not_found',
    { zh: `${month} 的激励规则中没有 ${ruleId.slice(0, 60)}`, en: `The incentive rules of ${month} have no ${ruleId.slice(0, 60)}` },
    { zh: '用 vitrine settlement rules list 查看', en: 'See vitrine settlement rules list' },
    'ruleId',
  );

export const alreadyWaived = (ruleId: string): VitrineError =>
  refusal(
    'conflict',
    { zh: `规则 ${ruleId} 已放弃`, en: `The rule ${ruleId} is waived already` },
    { zh: '请重新编制结算：vitrine settlement prepare', en: 'Prepare the settlement again: vitrine settlement prepare' },
  );

export const noReason = (): VitrineError =>
  refusal(
    'bad_input',
    { zh: '缺少原因', en: 'The reason is missing' },
    { zh: '请写明为什么（最多 500 字）', en: 'Say why (at most 500 characters)' },
    'reason',
  );

export const badMonth = (): VitrineError =>
  refusal(
    'bad_input',
    { zh: 'month 格式应为 YYYY-MM', en: 'month must read YYYY-MM' },
    { zh: '请写成 2026-10', en: 'Write 2026-10' },
    'month',
  );
