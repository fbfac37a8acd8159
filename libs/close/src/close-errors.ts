import { type VitrineError, refusal } from '@app/contracts';

export const notAMonth = (): VitrineError =>
  refusal(
    'bad_input',
    { zh: 'month 格式应为 YYYY-MM', en: 'month must read YYYY-MM' },
    { zh: '请写成 --month 2026-10', en: 'Write --month 2026-10' },
    'month',
  );

export const notOver = (month: string, until: string): VitrineError =>
  refusal(
    'conflict',
    { zh: `${month} 尚未结束，不能关账`, en: `${month} is not over: it cannot be closed` },
    {
      zh: `请在 ${until} 之后关账；之前可先开预览（close preview）`,
      en: `Close it after ${until}; open a preview until then (close preview)`,
    },
    'month',
  );

export const noFacts = (month: string): VitrineError =>
  refusal(
    'conflict',
    { zh: `${month} 没有任何账号，无可封存`, en: `There is no account to freeze in ${month}` },
    { zh: '请先导入账号与数据', en: 'Import accounts and facts first' },
    'month',
  );

export const alreadyClosed = (month: string, closedAt: string): VitrineError =>
  refusal(
    'conflict',
    { zh: `${month} 已于 ${closedAt} 关账`, en: `${month} was closed on ${closedAt}` },
    {
      zh: `更正只能以重述记录：vitrine close restate --month ${month} --reason …`,
      en: `A correction is a restatement on record: vitrine close restate --month ${month} --reason …`,
    },
    'month',
  );

export const notClosed = (month: string): VitrineError =>
  refusal(
    'conflict',
    { zh: `${month} 尚未关账，无可重述`, en: `${month} is not closed: there is nothing to restate` },
    { zh: `请先关账：vitrine close --month ${month}`, en: `Close it first: vitrine close --month ${month}` },
    'month',
  );

export const nothingToRestate = (month: string): VitrineError =>
  refusal(
    'conflict',
    { zh: `${month} 的现有数字与关账一致，无需重述`, en: `The figures of ${month} are those of its close: there is nothing to restate` },
    { zh: '用 vitrine close status 查看哪些月份待重述', en: 'See vitrine close status for months with pending corrections' },
    'month',
  );

export const deliveriesOpen = (open: readonly string[]): VitrineError =>
  refusal(
    'conflict',
    {
      zh: `有 ${open.length} 个投递尚未结束（${open.slice(0, 5).join('、')}）`,
      en: `${open.length} deliveries are under way (${open.slice(0, 5).join(', ')})`,
    },
    {
      zh: '请等导入或采集结束后重试；中断的投递在两分钟内自动结束',
      en: 'Wait until the import or the collector is done, then try again; a delivery that broke off ends within two minutes',
    },
  );

export const inPreview = (month: string, until: string): VitrineError =>
  refusal(
    'conflict',
    { zh: `${month} 的预览期到 ${until} 才结束`, en: `The preview of ${month} lasts until ${until}` },
    { zh: '请等预览结束，或用 --force 并以 --reason 写明原因', en: 'Wait for its end, or use --force with a --reason' },
  );

export const noReason = (): VitrineError =>
  refusal(
    'bad_input',
    { zh: '缺少原因', en: 'The reason is missing' },
    { zh: '请用 --reason 写明为什么', en: 'Say why with --reason' },
    'reason',
  );

export const longReason = (): VitrineError =>
  refusal(
    'bad_input',
    { zh: '原因超过 500 字', en: 'The reason is longer than 500 characters' },
    { zh: '请缩短', en: 'Shorten it' },
    'reason',
  );

export const beingClosed = (): VitrineError =>
  refusal(
    'conflict',
    { zh: '另一人正在关账', en: 'Somebody else is closing a month' },
    { zh: '请稍候，再用 vitrine close status 查看结果', en: 'Wait a moment, then see vitrine close status' },
  );

export const neverStill = (): VitrineError =>
  refusal(
    'conflict',
    { zh: '关账期间数据一直在变动', en: 'What the figures are made of kept changing while they were computed' },
    { zh: '请在没有导入的时候重试', en: 'Try again while nothing is imported' },
  );

export const badWindow = (): VitrineError =>
  refusal(
    'bad_input',
    { zh: '预览期的结束时刻必须晚于现在', en: 'The preview must end after now' },
    { zh: '请写成 --until 2026-11-05T12:00:00+08:00', en: 'Write --until 2026-11-05T12:00:00+08:00' },
    'until',
  );

export const unknownClose = (ref: string): VitrineError =>
  refusal(
    'not_found',
    { zh: `没有关账 ${ref.slice(0, 60)}`, en: `There is no close ${ref.slice(0, 60)}` },
    {
      zh: '请写月份（2026-10）、第几次重述（2026-10#0 为首次）、关账编号或 live；见 vitrine close status',
      en: 'Name a month (2026-10), one of its closes (2026-10#0 is the first), the id of a close, or live; see vitrine close status',
    },
  );

export const unknownRequest = (): VitrineError =>
  refusal('not_found', { zh: '没有该关账申请', en: 'There is no such request' }, { zh: '请从列表中选择', en: 'Choose one from the list' });

export const requestOpen = (month: string): VitrineError =>
  refusal(
    'conflict',
    { zh: `${month} 已有待确认的申请`, en: `A request for ${month} waits for its confirmation` },
    { zh: '请先确认或驳回它', en: 'Confirm or reject that one first' },
  );

export const requestDecided = (): VitrineError =>
  refusal('conflict', { zh: '该申请已有结论', en: 'The request has been decided' }, { zh: '请重新申请', en: 'Ask anew' });

export const samePerson = (): VitrineError =>
  refusal(
    'forbidden',
    { zh: '申请人不能确认自己的申请', en: 'Who asked for it cannot confirm it' },
    { zh: '请由另一人确认', en: 'Another person has to confirm' },
  );

export const figuresLost = (written: number, of: number): VitrineError =>
  refusal(
    'store_unavailable',
    { zh: `关账数字只写入了 ${written}/${of} 行`, en: `${written} of ${of} rows of the close arrived in the fact store` },
    { zh: '未关账。请检查事实库后重试', en: 'Nothing was closed. Check the fact store, then try again' },
  );
