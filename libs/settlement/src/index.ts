export { settle } from './settle';
export { IncentiveService } from './incentive.service';
export { SettlementService, type SettlementWithSheets } from './settlement.service';
export { type SettlementVerdict, verifySettlements } from './verify-settlements';
export { writeSettlementWorkbook } from './settlement-workbook';
