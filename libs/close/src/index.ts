export { closeOf, closedReport, closedRows } from './closed-month';
export { CloseService, type CloseOrder } from './close.service';
export { CloseDiffService, type CloseDiff, type DiffFilter, type DiffSide } from './close-diff.service';
export { CloseStatusService } from './close-status.service';
export { type CloseFault, type CloseVerdict, verifyCloses } from './verify-closes';
