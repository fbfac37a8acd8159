import type { Writable } from 'node:stream';
import type { IncentiveRules, Settlement, SettlementSheet } from '@app/contracts';
import { guarded } from '@app/ingest';
import type * as ExcelJS from '@protobi/exceljs';

type Cell = string | number | null;

const FEN = '#,##0.00;[Red]-#,##0.00';
const STATES = { draft: '草稿 draft', approved: '已批准 approved', withdrawn: '已撤回 withdrawn' } as const;
const KINDS = { tier: '层级 tier', showroom: '客流 VST', value: '价值 value', bonus: '奖励 bonus', malus: '扣减 malus' } as const;

/** Amounts have two places and stay below 2^53 fen, so a number of the spreadsheet holds them exactly. */
const amount = (text: string | null): number | null => (text === null ? null : Number(text));

/** Rows that a worksheet of a spreadsheet program holds, its head among them. */
const SHEET_ROWS = 1_048_576;

/**
 * Writes the settlement sheet (结算单) as XLSX: notes, one row per dealer, one row per dealer and rule. Nothing is cut: what is more than a worksheet holds
 * goes on in the next one. Text is guarded against formulas.
 */
export async function writeSettlementWorkbook(
  out: Writable,
  {
    settlement,
    sheets,
    rules,
    zone,
    sheetRows = SHEET_ROWS,
  }: { settlement: Settlement; sheets: readonly SettlementSheet[]; rules: IncentiveRules | null; zone: string; sheetRows?: number },
): Promise<void> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is needed: it is a third of a command's start
  const { stream } = require('@protobi/exceljs') as typeof ExcelJS;
  const book = new stream.xlsx.WorkbookWriter({ stream: out, useStyles: true });
  const writeTable = (name: string, heads: [string, number][], rows: Cell[][]): void => {
    for (let at = 0, nth = 1; at === 0 || at < rows.length; at += sheetRows - 1, nth++)
      writeSheet(book, nth === 1 ? name : `${name} ${nth}`, heads, rows.slice(at, at + sheetRows - 1));
  };
  writeNotes(book, settlement, { sheets, rules, zone });
  writeTable(
    '结算单 sheets',
    [
      ['经销商编号 dealerId', 20],
      ['经销商 dealer', 28],
      ['应得 totalCny', 16],
      ['已结 settledCny', 16],
      ['应付 payableCny', 16],
      ['状态 state', 22],
      ['扣留原因 holds', 60],
    ],
    sheets.map((sheet) => [
      sheet.dealerId,
      sheet.dealerName,
      amount(sheet.totalCny),
      amount(sheet.settledCny),
      amount(sheet.payableCny),
      sheet.holds.length > 0 ? '扣留 held' : '应付 payable',
      sheet.holds.map(({ reason, about }) => `${reason.zh}${about === null ? '' : `（${about}）`}`).join('；'),
    ]),
  );
  writeTable(
    '明细 lines',
    [
      ['经销商编号 dealerId', 20],
      ['经销商 dealer', 28],
      ['规则 ruleId', 20],
      ['名称 name', 24],
      ['类型 kind', 16],
      ['数量 quantity', 16],
      ['单价或比例 rate', 16],
      ['金额 amountCny', 16],
      ['计算 how', 60],
    ],
    sheets.flatMap((sheet) =>
      sheet.lines.map((line) => [
        sheet.dealerId,
        sheet.dealerName,
        line.ruleId,
        line.name.zh,
        KINDS[line.kind],
        line.quantity,
        line.rate,
        amount(line.amountCny),
        line.how.zh,
      ]),
    ),
  );
  await book.commit();
}

function writeNotes(
  book: ExcelJS.stream.xlsx.WorkbookWriter,
  settlement: Settlement,
  { sheets, rules, zone }: { sheets: readonly SettlementSheet[]; rules: IncentiveRules | null; zone: string },
): void {
  const sheet = book.addWorksheet('说明 notes');
  sheet.columns = [{ width: 28 }, { width: 90 }];
  const rows: [string, Cell][] = [
    ['月份 month', settlement.month],
    ['第几次 sequence', settlement.sequence],
    ['状态 state', STATES[settlement.state]],
    ['关账 closeId', settlement.closeId],
    ['关账哈希 closeHash', settlement.closeHash],
    ['规则版本 rulesVersion', settlement.rulesVersion],
    ['单店上限 upToCny', rules?.upToCny ?? '无 none'],
    ['编制 prepared', `${settlement.preparedAt} ${settlement.preparedBy.name}`],
    ['结论 decided', settlement.decidedAt === null ? '—' : `${settlement.decidedAt} ${settlement.decidedBy?.name ?? ''}`],
    ['应得合计 totalCny', settlement.totalCny],
    ['应付合计 payableCny', settlement.payableCny],
    ['扣留经销商 heldDealers', settlement.heldDealers],
    ['行数 rows', sheets.length],
    ['时区 zone', zone],
    ['结算哈希 hash', settlement.hash],
    ['说明', '应付 = 应得 − 已结；扣留的经销商不付；金额按行四舍五入到分。'],
    ['notes', 'payable = total − settled; held dealers are not paid; amounts are rounded to the fen once a line, half away from zero.'],
  ];
  for (const row of rows) sheet.addRow(row.map(safe)).commit();
  sheet.commit();
}

function writeSheet(book: ExcelJS.stream.xlsx.WorkbookWriter, name: string, heads: [string, number][], rows: Cell[][]): void {
  const sheet = book.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1, xSplit: 2 }] });
  sheet.columns = heads.map(([, width]) => ({ width }));
  sheet.addRow(heads.map(([head]) => head)).commit();
  for (const cells of rows) {
    const row = sheet.addRow(cells.map(safe));
    row.eachCell((cell) => {
      if (typeof cell.value === 'number') cell.numFmt = FEN;
    });
    row.commit();
  }
  sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: 1 + rows.length, column: heads.length } };
  sheet.commit();
}

const safe = (cell: Cell): Cell => (typeof cell === 'string' ? guarded(cell) : cell);
