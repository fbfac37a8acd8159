import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import * as ExcelJS from '@protobi/exceljs';
import { CloseService } from '@app/close';
import { SystemClock } from '@app/config';
import type { Actor, Brand, RankingRow, SettlementSheet } from '@app/contracts';
import { ensureBrand, listActs, verifyActs } from '@app/database';
import { importRows } from '@app/ingest';
import { ReportService } from '@app/reports';
import { IncentiveService, SettlementService, settle, verifySettlements, writeSettlementWorkbook } from '@app/settlement';
import { accountKey } from '@app/warehouse';
import { BRAND } from '../support/cli-brand';
import { settledWorlds, settlementOracle } from '../support/oracle/settlement-oracle';
import { TEST_SEED } from '../support/seeded';
import { TestStores, openTestStores } from '../support/stores';

const MONTH = '2026-10';
const ANN: Actor = { kind: 'user', id: 'ann', name: 'Ann' };
const BOB: Actor = { kind: 'user', id: 'bob', name: 'Bob' };
const name = { zh: '规则', en: 'rule' };
const RULES = {
  fromMonth: '2026-10',
  rules: [
    { ruleId: 'vst', kind: 'showroom', name, rateCny: '10' },
    { ruleId: 'value', kind: 'value', name, share: '0.1' },
    { ruleId: 'top', kind: 'bonus', name, amountCny: '100', when: [{ figure: 'rank', is: '<=', value: '1' }] },
  ],
};

/** A brand whose October is closed, settled, corrected, restated and settled by the difference: each test goes on where the one before ended. */
describe('settlement of a closed month', () => {
  let stores: TestStores;
  let brand: Brand;
  let closes: CloseService;
  let settlements: SettlementService;
  let incentives: IncentiveService;
  let dealers: string[];
  const of = (sheets: SettlementSheet[], dealerId: string) => sheets.find((sheet) => sheet.dealerId === dealerId)!;
  const give = async (kind: string, rows: object[]) => {
    expect((await importRows(stores, { kind, rows, brandId: brand.brandId })).rejected).toBe(0);
  };

  beforeAll(async () => {
    stores = await openTestStores();
    brand = await ensureBrand(stores.dataSource, { code: 'brand', name: '启明汽车', zone: 'Asia/Shanghai' });
    for (const [kind, rows] of Object.entries(BRAND)) await give(kind, rows);
    const on = { warehouse: stores.warehouse, dataSource: stores.dataSource, secret: stores.secret, clock: new SystemClock() };
    const reports = new ReportService(on);
    closes = new CloseService(on, reports);
    settlements = new SettlementService(on);
    incentives = new IncentiveService(on);
    const { rows } = await reports.report({ name: 'ranking', level: 'dealer', basis: 'adjusted', month: MONTH }, 'all');
    dealers = (rows as RankingRow[]).flatMap(({ dealerId }) => (dealerId ? [dealerId] : []));
    expect(dealers.length).toBeGreaterThan(0);
  });
  afterAll(() => stores?.close());

  it('needs a close and rules, and refuses rules with every fault named', async () => {
    await expect(settlements.prepare('all', { month: MONTH }, ANN)).rejects.toMatchObject({ code: 'conflict' });
    await closes.close('all', ANN, { month: MONTH, kind: 'close' });
    await expect(settlements.preview('all', { month: MONTH })).rejects.toMatchObject({ code: 'conflict' });
    await expect(incentives.setRules('all', { ...RULES, fromMonth: '2026-13' }, ANN)).rejects.toMatchObject({
      code: 'bad_input',
      options: { details: [{ field: 'fromMonth' }] },
    });
    expect(await incentives.setRules('all', RULES, ANN)).toMatchObject({ version: 1 });
    await expect(settlements.prepare('all', { month: 'October' }, ANN)).rejects.toMatchObject({ code: 'bad_input' });
  });

  it('is prepared by one person and approved by another, and says where each amount comes from', async () => {
    const held = await incentives.hold('all', { dealerId: dealers[0], reason: '核查 c-1 未结', about: 'c-1' }, ANN);
    const made = await settlements.prepare('all', { month: MONTH }, ANN);
    expect(of(made.sheets, dealers[0])).toMatchObject({
      payableCny: null,
      holds: expect.arrayContaining([expect.objectContaining({ about: 'c-1' })]) as unknown,
    });
    await expect(settlements.approve('all', made.settlementId, ANN, {})).rejects.toMatchObject({ code: 'forbidden' });
    await incentives.release('all', held.holdId, BOB, { reason: '核查已结' });
    await expect(settlements.approve('all', made.settlementId, BOB, {})).rejects.toMatchObject({ code: 'conflict' });

    const again = await settlements.prepare('all', { month: MONTH }, ANN);
    expect(again.sequence).toBe(2);
    expect((await settlements.list('all', { month: MONTH })).map(({ state }) => state)).toEqual(['draft', 'withdrawn']);
    for (const sheet of again.sheets) {
      const fen = sheet.lines.reduce((sum, line) => sum + BigInt((line.amountCny ?? '0').replace('.', '')), 0n);
      expect(BigInt(sheet.totalCny.replace('.', ''))).toBe(fen);
    }
    const visitors = of(again.sheets, dealers[0]).lines[0];
    expect(visitors.amountCny).toBe((Number(visitors.quantity) * 10).toFixed(2));
    const done = await settlements.approve('all', again.settlementId, BOB, { reason: '十月' });
    expect(done).toMatchObject({ state: 'approved', decidedBy: BOB });
    await expect(settlements.approve('all', again.settlementId, BOB, {})).rejects.toMatchObject({ code: 'conflict' });
    await expect(settlements.prepare('all', { month: MONTH }, ANN)).rejects.toMatchObject({ code: 'conflict' });
    await expect(incentives.setRules('all', RULES, ANN)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('a restated month is settled by the difference, and both payments together are the new total', async () => {
    const [first] = await settlements.list('all', { month: MONTH });
    const before = (await settlements.get('all', first.settlementId)).sheets;
    const [, session] = BRAND.sessions as { platform: string; accountId: string; sessionId: string; startedAt: string; views: number }[];
    await give('sessions', [{ ...session, views: session.views + 100_000 }]);
    expect(
      (await settlements.preview('all', { month: MONTH })).every(({ payableCny }) => payableCny === null || Number(payableCny) === 0),
    ).toBe(true);
    await closes.close('all', ANN, { month: MONTH, kind: 'restate', reason: '场次更正' });
    const made = await settlements.prepare('all', { month: MONTH }, ANN);
    expect(made.sheets.some(({ payableCny }) => Number(payableCny) > 0)).toBe(true);
    for (const sheet of made.sheets.filter(({ payableCny }) => payableCny !== null)) {
      expect(sheet.settledCny).toBe(of(before, sheet.dealerId).payableCny ?? '0.00');
      expect((Number(sheet.settledCny) + Number(sheet.payableCny)).toFixed(2)).toBe(sheet.totalCny);
    }
    await settlements.approve('all', made.settlementId, BOB, {});
  });

  it('whoever sees only some accounts sees the approved sheets of dealers that are wholly theirs, and no sums', async () => {
    const [latest] = await settlements.list('all', { month: MONTH });
    const accounts = BRAND.accounts as { platform: 'douyin'; accountId: string; dealerId?: string }[];
    const own = accounts.filter(({ dealerId }) => dealerId === dealers[0]);
    const scope = new Set(own.map(({ platform, accountId }) => accountKey(brand.brandId, platform, accountId).toString()));
    const seen = await settlements.get(scope, latest.settlementId);
    expect(seen.sheets.map(({ dealerId }) => dealerId)).toEqual([dealers[0]]);
    expect(seen).toMatchObject({ totalCny: null, payableCny: null, heldDealers: null, reason: null });
    expect((await settlements.get(new Set<string>(), latest.settlementId)).sheets).toEqual([]);
    await expect(settlements.prepare(scope, { month: MONTH }, ANN)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('more askers at once than there are connections to the state store all get their answer', async () => {
    const asked = await Promise.allSettled(Array.from({ length: 12 }, () => settlements.prepare('all', { month: MONTH }, ANN)));
    expect(asked.map((answer) => answer.status === 'rejected' && (answer.reason as { code: string }).code)).toEqual(
      asked.map(() => 'conflict'), // nothing is left to pay
    );
  });

  it('the workbook holds every dealer and line, amounts as numbers', async () => {
    const [latest] = await settlements.list('all', { month: MONTH });
    const { sheets, ...settlement } = await settlements.get('all', latest.settlementId);
    const bookOf = async (sheetRows?: number) => {
      const out = new PassThrough();
      const chunks: Buffer[] = [];
      out.on('data', (chunk: Buffer) => chunks.push(chunk));
      await writeSettlementWorkbook(out, { settlement, sheets, rules: (await incentives.rules())[0], zone: brand.zone, sheetRows });
      const read = new ExcelJS.Workbook();
      await read.xlsx.load(Buffer.concat(chunks) as never);
      return read;
    };
    const book = await bookOf();
    expect(book.worksheets.map(({ name: title }) => title)).toEqual(['说明 notes', '结算单 sheets', '明细 lines']);
    const [, table, lines] = book.worksheets;
    expect(table.actualRowCount).toBe(sheets.length + 1);
    expect(lines.actualRowCount).toBe(sheets.reduce((sum, sheet) => sum + sheet.lines.length, 0) + 1);
    expect(table.getCell('C2').value).toBe(Number(sheets[0].totalCny));
    // what is more than a worksheet holds goes on in the next one, each with its head
    const parts = (await bookOf(3)).worksheets.filter(({ name: title }) => title.startsWith('明细 lines'));
    expect(parts.length).toBe(Math.ceil((lines.actualRowCount - 1) / 2));
    expect(parts.reduce((sum, part) => sum + part.actualRowCount - 1, 0)).toBe(lines.actualRowCount - 1);
    expect(new Set(parts.map((part) => String(part.getCell('A1').value)))).toEqual(new Set(['经销商编号 dealerId']));
  });

  it('an unknown figure is waived by rule, dealer and month, once and with a reason', async () => {
    const asked = { dealerId: dealers[0], month: MONTH, ruleId: 'vst', reason: '无观众级来源' };
    await expect(incentives.waive('all', { ...asked, reason: ' ' }, ANN)).rejects.toMatchObject({ code: 'bad_input' });
    await expect(incentives.waive('all', { ...asked, ruleId: 'none' }, ANN)).rejects.toMatchObject({ code: 'not_found' });
    await expect(incentives.waive('all', { ...asked, dealerId: 'none' }, ANN)).rejects.toMatchObject({ code: 'not_found' });
    await expect(incentives.waive(new Set<string>(), asked, ANN)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await incentives.waive('all', asked, ANN)).toMatchObject({ ...asked, waivedBy: ANN });
    await expect(incentives.waive('all', asked, BOB)).rejects.toMatchObject({ code: 'conflict' });
    expect(await incentives.waivers('all', { month: MONTH })).toMatchObject([asked]);
    // its figure is known: nothing is left to pay, as before
    await expect(settlements.prepare('all', { month: MONTH }, ANN)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('what is approved cannot be changed, and every step is in the audit log', async () => {
    for (const sql of [
      `UPDATE settlement SET total_cny = 1 WHERE state = 'approved'`,
      `UPDATE settlement SET state = 'draft', decided_at = NULL, decided_by = NULL WHERE state = 'approved'`,
      'DELETE FROM settlement_sheet',
      `UPDATE settlement_sheet SET content = '{}'`,
      'UPDATE incentive_rules SET up_to_cny = 0',
      'TRUNCATE settlement_sheet',
      'TRUNCATE settlement, settlement_sheet',
      'TRUNCATE incentive_rules CASCADE',
      'DELETE FROM settlement_hold',
      'TRUNCATE settlement_hold',
      'DELETE FROM settlement_waiver',
      `UPDATE settlement_waiver SET reason = 'other'`,
      `UPDATE settlement_hold SET reason = 'other'`,
      'UPDATE settlement_hold SET released_at = NULL, released_by = NULL',
    ])
      await expect(stores.dataSource.query(sql)).rejects.toMatchObject({ message: expect.stringContaining('not changed') as string });
    const acts = (await listActs(stores.dataSource, brand.brandId, { limit: 100 })).map(({ action }) => action);
    for (const action of ['incentive-rules.set', 'settlement.hold', 'settlement.release', 'settlement.prepare', 'settlement.approve'])
      expect(acts).toContain(action);
    expect(await verifyActs(stores.dataSource, brand.brandId)).toMatchObject({ faults: [] });
  });

  it('verify finds every settlement that is not as it was prepared, recorded or closed', async () => {
    const kinds = async () => (await verifySettlements(stores.dataSource, brand)).faults.map(({ kind }) => kind);
    const all = await settlements.list('all', {});
    expect(await verifySettlements(stores.dataSource, brand)).toEqual({ brand: brand.code, settlements: all.length, faults: [] });
    const approved = all.find(({ state }) => state === 'approved')!.settlementId;
    for (const table of ['settlement', 'settlement_sheet']) await stores.dataSource.query(`ALTER TABLE ${table} DISABLE TRIGGER ALL`);
    const tampered = async (sql: string, back: string) => {
      await stores.dataSource.query(sql, [approved]);
      const found = await kinds();
      await stores.dataSource.query(back, [approved]);
      return found;
    };
    const sheet = (from: string, to: string) =>
      `UPDATE settlement_sheet SET content = replace(content::text, '${from}', '${to}')::jsonb WHERE settlement_id = $1::bigint`;
    expect(await tampered(sheet('"vst"', '"vsx"'), sheet('"vsx"', '"vst"'))).toEqual(['edited']);
    const total = (by: string) => `UPDATE settlement SET total_cny = total_cny ${by} WHERE settlement_id = $1::bigint`;
    expect(await tampered(total('+ 1'), total('- 1'))).toEqual(['edited']);
    const state = (to: string) => `UPDATE settlement SET state = '${to}' WHERE settlement_id = $1::bigint`;
    expect(await tampered(state('withdrawn'), state('approved'))).toEqual(['not-recorded']);
    expect(await kinds()).toEqual([]);
    await stores.dataSource.query('DELETE FROM settlement WHERE settlement_id = $1::bigint', [approved]);
    expect(await kinds()).toEqual(['gone']);
  });
});

it('what rules pay is what an independent reading of them gives, to the fen', () => {
  const fen = (text: string | null) => (text === null ? null : BigInt(text.replace('.', '')));
  const met = { unknown: 0, bounded: 0, taken: 0 };
  fc.assert(
    fc.property(settledWorlds, (world) => {
      const waived = new Map(world.waived.map((ruleId) => [ruleId, 'x']));
      const { lines, totalCny } = settle(world.rules, world.upToCny, world, waived);
      const expected = settlementOracle(world);
      expect([lines.map(({ amountCny }) => fen(amountCny)), fen(totalCny)]).toEqual([expected.lines, expected.total]);
      met.unknown += Number(expected.lines.includes(null));
      met.bounded += Number(world.upToCny !== null && fen(totalCny) === fen(world.upToCny));
      met.taken += Number(expected.lines.some((line) => line !== null && line < 0n));
    }),
    { seed: TEST_SEED, numRuns: 600 },
  );
  for (const times of Object.values(met)) expect(times).toBeGreaterThan(20);
});
