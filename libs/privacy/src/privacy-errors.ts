import { refusal, type VitrineError } from '@app/contracts';

export const noReason = (): VitrineError =>
  refusal(
    'bad_input',
    { zh: '缺少原因', en: 'The reason is missing' },
    { zh: '请写明为什么（最多 500 字）', en: 'Say why (at most 500 characters)' },
    'reason',
  );

export const reasonNamesPerson = (): VitrineError =>
  refusal(
    'bad_input',
    { zh: '原因中含有此人的平台 ID，审计记录不能保存它', en: 'The reason holds the id of the person, which the audit log must not keep' },
    { zh: '请改写原因，例如写申请编号', en: 'Word it without the id, for example with the number of the request' },
    'reason',
  );

export const noPerson = (): VitrineError =>
  refusal(
    'bad_input',
    { zh: '不是平台的观众 ID', en: 'This is no viewer id of a platform' },
    {
      zh: '请给出平台显示的原始 ID（不是 vk 导出标识）：只有它能找到所有密钥版本下的记录',
      en: 'Give the id as the platform shows it, not an exported vk viewer: only it leads to the rows under every version of the key',
    },
    'viewer',
  );

export const isSentinel = (): VitrineError =>
  refusal(
    'conflict',
    { zh: '该 ID 是占位 ID，不代表某一个人', en: 'The id is a sentinel: it stands for many viewers, not for a person' },
    { zh: '请核对 ID', en: 'Check the id' },
    'viewer',
  );

export const unknownErasure = (): VitrineError =>
  refusal(
    'not_found',
    { zh: '没有该删除记录', en: 'There is no such deletion' },
    { zh: '用 vitrine person list 查看', en: 'See vitrine person list' },
  );

export const unknownHold = (): VitrineError =>
  refusal(
    'not_found',
    { zh: '没有该保全，或已解除', en: 'There is no such hold, or it is released' },
    { zh: '用 vitrine holds list 查看', en: 'See vitrine holds list' },
  );

export const badSpan = (): VitrineError =>
  refusal(
    'bad_input',
    { zh: '保全的期间无效：结束须晚于开始', en: 'The span of the hold is not valid: its end comes after its begin' },
    { zh: '请更正 from 与 to', en: 'Correct from and to' },
    'to',
  );

export const unknownAccount = (): VitrineError =>
  refusal(
    'not_found',
    { zh: '没有这个账号', en: 'There is no such account' },
    { zh: '请用 vitrine export accounts 查看', en: 'See vitrine export accounts' },
    'account',
  );

export const unknownRef = (): VitrineError =>
  refusal(
    'not_found',
    { zh: '没有这条信息', en: 'There is nothing of this kind' },
    { zh: '请使用列表给出的 ref', en: 'Use a ref that the list gave' },
    'ref',
  );

export const budgetSpent = (perDay: number): VitrineError =>
  refusal(
    'too_many',
    { zh: `今天已查看 ${perDay} 次，达到上限`, en: `${perDay} reveals are spent for today` },
    { zh: '请明天再试，或请管理员处理', en: 'Try again tomorrow, or ask an administrator' },
  );

export const monthGoesOn = (): VitrineError =>
  refusal(
    'unprocessable',
    { zh: '该月尚未结束，观众构成不按未完整的月份显示', en: 'The month is not over: viewers are broken down for whole months only' },
    { zh: '请选择已结束的月份', en: 'Choose a month that is over' },
    'month',
  );

/** Reasons are kept for ever: none is none, and they have an end. */
export function checkedReason(reason: string): string {
  const text = reason.trim();
  if (text === '' || text.length > 500) throw noReason();
  return text;
}
