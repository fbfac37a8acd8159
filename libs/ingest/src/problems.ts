import type { Bilingual } from '@app/contracts';

/** Why a value or row cannot be taken, and what to do. Never holds the value itself. */
export interface Problem {
  code: string;
  reason: Bilingual;
  remedy: Bilingual;
}

const problem = (code: string, zh: string, en: string, remedyZh: string, remedyEn: string): Problem => ({
  code,
  reason: { zh, en },
  remedy: { zh: remedyZh, en: remedyEn },
});

/** The closed set of reasons for which a row is rejected. */
export const PROBLEMS = {
  brokenJson: problem(
    'broken_json',
    '这一行不是完整的 JSON 对象。',
    'The line is not a whole JSON object.',
    '每行写一个 JSON 对象，修正后重新导入该行。',
    'Write one JSON object per line; correct the line and import it again.',
  ),
  brokenCsv: problem(
    'broken_csv',
    '这一行无法按 CSV 解析（引号未闭合或行过长）。',
    'The line cannot be read as CSV (an open quote, or too long).',
    '检查双引号是否成对，字段内的引号写成两个引号。',
    'Close every double quote; write a quote inside a cell as two quotes.',
  ),
  missing: problem(
    'missing',
    '缺少必填字段。',
    'A required field is missing.',
    '填写该字段后重新导入。',
    'Fill in the field and import the row again.',
  ),
  zoneMissing: problem(
    'zone_missing',
    '时间没有写明时区。',
    'The time has no zone.',
    '在时间后加上时区，例如 2026-10-18T19:05:12+08:00，或使用毫秒时间戳。',
    'Add the zone, for example 2026-10-18T19:05:12+08:00, or give epoch milliseconds.',
  ),
  instant: problem(
    'instant',
    '不是有效的时间。',
    'Not an instant.',
    '使用 ISO 8601，例如 2026-10-18T19:05:12+08:00，或毫秒时间戳。',
    'Use ISO 8601, for example 2026-10-18T19:05:12+08:00, or epoch milliseconds.',
  ),
  instantRange: problem(
    'instant_range',
    '时间超出可保存的范围（2000 至 2100 年）。',
    'The time is outside the range that is kept (years 2000 to 2100).',
    '检查年份；秒级时间戳须换算为毫秒。',
    'Check the year; epoch seconds must be given as milliseconds.',
  ),
  future: problem(
    'future',
    '时间比服务器时间晚 10 分钟以上。',
    'The time is more than 10 minutes ahead of the server.',
    '检查时区和数据源的时钟，改正后重新导入。',
    'Check the zone and the clock of the source, correct it and import again.',
  ),
  day: problem(
    'day',
    '不是有效的日期。',
    'Not a calendar day.',
    '使用 YYYY-MM-DD，例如 2026-10-18。',
    'Use YYYY-MM-DD, for example 2026-10-18.',
  ),
  month: problem('month', '不是有效的月份。', 'Not a month.', '使用 YYYY-MM，例如 2026-10。', 'Use YYYY-MM, for example 2026-10.'),
  count: problem(
    'count',
    '不是非负整数。',
    'Not a whole number of 0 or more.',
    '填写 0 或正整数；未知时留空。',
    'Give 0 or a positive whole number; leave unknown blank.',
  ),
  dwell: problem(
    'dwell',
    '停留时长须在 0 到 86,400 秒之间。',
    'Dwell must be between 0 and 86,400 seconds.',
    '确认单位是秒；未知时留空。',
    'Check that the unit is seconds; leave unknown blank.',
  ),
  decimal: problem(
    'decimal',
    '不是十进制数。',
    'Not a decimal number.',
    '使用如 1200.50 的写法，不加货币符号。',
    'Write it as 1200.50, without currency sign.',
  ),
  places: problem(
    'places',
    '小数位数过多（金额最多 4 位，单价最多 6 位，折扣最多 4 位）。',
    'Too many decimal places (amounts 4, unit prices 6, discounts 4).',
    '减少小数位后重新导入。',
    'Give fewer decimal places and import again.',
  ),
  range: problem(
    'range',
    '数值超出允许的范围。',
    'The number is out of range.',
    '检查单位和数值；折扣须大于 0 且不超过 1。',
    'Check unit and number; a discount is above 0 and at most 1.',
  ),
  platform: problem(
    'platform',
    '未知的平台。',
    'Unknown platform.',
    '使用 douyin、kuaishou 或 channels。',
    'Use douyin, kuaishou or channels.',
  ),
  choice: problem(
    'choice',
    '不在允许的取值之内。',
    'Not one of the allowed values.',
    '允许的取值见 `vitrine template`。',
    'See `vitrine template` for the allowed values.',
  ),
  boolean: problem('boolean', '不是“是/否”。', 'Not yes or no.', '使用 true 或 false（表格中也可写 是、否）。', 'Use true or false.'),
  idNumber: problem(
    'id_number',
    'ID 以数字给出，已失去精度或前导零。',
    'The id is given as a number and has lost digits.',
    '在 JSON 中用引号写成文本；在表格中把该列设为“文本”格式后重新填写。',
    'Quote it as text in JSON; in a spreadsheet format as text, then enter it again.',
  ),
  text: problem(
    'text',
    '不是文本或过长（最多 10,000 字）。',
    'Not a text, or longer than 10,000 characters.',
    '改为一段文本。',
    'Give one text.',
  ),
  id: problem(
    'id',
    '不是有效的 ID（最多 200 个字符）。',
    'Not an id (at most 200 characters).',
    '填写平台给出的 ID。',
    'Give the id as the platform shows it.',
  ),
  viewerKey: problem(
    'viewer_key',
    '观众密钥不是本品牌在该时刻有效的版本。',
    'The viewer key is not of the version of this brand that was in force at that instant.',
    '只能导入本品牌导出的 vk 观众，或导入平台原始 ID。',
    'Import only vk viewers that this brand exported, or ids of the platform.',
  ),
  erased: problem(
    'erased',
    '该行属于已被删除的人，按其要求不再接收。',
    'The row is of a person who was deleted: nothing of theirs is taken any more.',
    '请在来源系统中一并删除；此人重新同意后可解除：vitrine person allow。',
    'Delete it in the system that it comes from, too. If the person agrees again: vitrine person allow.',
  ),
  unencodable: problem(
    'unencodable',
    '该列无法保存这个值。',
    'The column cannot hold this value.',
    '按目录中该字段的说明改正后重新导入。',
    'Correct it as the catalogue describes the field, and import again.',
  ),
  notOfKey: problem(
    'not_of_key',
    '该接入密钥不能提交这个账号的数据。',
    'The ingest key may not bring rows of this account.',
    '检查 platform 和 accountId，或使用范围合适的密钥。',
    'Check platform and accountId, or use a key of the right scope.',
  ),
  notByFeed: problem(
    'not_by_feed',
    '更正不能由接入方提交，须在本系统内批准。',
    'A correction cannot be brought by a feed: it is approved here.',
    '去掉 source，或填写 feed。',
    'Leave source out, or give feed.',
  ),
  formula: problem(
    'formula',
    '单元格是公式，公式的值不可信。',
    'The cell holds a formula, whose value cannot be trusted.',
    '在表格中复制该列，以“只粘贴值”贴回后重新导入。',
    'Copy the column, paste it back as values only, and import again.',
  ),
  cellError: problem(
    'cell_error',
    '单元格是错误值。',
    'The cell holds an error value.',
    '改正单元格后重新导入。',
    'Correct the cell and import again.',
  ),
  scope: problem(
    'scope',
    '归属不完整或互相矛盾。',
    'The scope is incomplete or contradicts itself.',
    '填写 platform + accountId，或只填写 dealerId。',
    'Give platform and accountId, or dealerId alone.',
  ),
  order: problem('order', '结束早于开始。', 'The end lies before the start.', '检查两个时间。', 'Check both times.'),
  refused: problem(
    'refused',
    '状态库拒绝了此行。',
    'The state store refused the row.',
    '改正后重新导入。',
    'Correct the row and import it again.',
  ),
} as const satisfies Record<string, Problem>;

/** A problem whose reason and remedy are given by another lib. */
export function foreignProblem(reason: Bilingual, remedy: Bilingual | undefined): Problem {
  return { code: 'refused', reason, remedy: remedy ?? PROBLEMS.refused.remedy };
}

/** Marks a cell that a reader found unusable (formula, error value); the row's validation turns it into a reject. */
export class BadCell {
  constructor(readonly problem: Problem) {}
}

/** Result of a parser that is no value. */
export class Rejected {
  constructor(
    readonly problem: Problem,
    readonly field: string | null = null,
  ) {}
}
