export { IncentiveService } from './incentive.service';
export { SettlementService, type SettlementWithSheets } from './settlement.service';
export { writeSettlementWorkbook } from './settlement-workbook';
