export { type ExclusionRow, readExclusions } from './exclusion-rows';
export { exportKind } from './export';
export type { ExportRequest } from './export-request';
export { guarded } from './formula-guard';
export { importFiles } from './import';
export { importRows } from './import-rows';
export { relinkExports, type Relinked } from './presets/relink';
export { EXPORT_PRESETS } from './presets/presets';
export { FILE_FORMATS } from './import-request';
export type {
  FileFormat,
  ImportFile,
  ImportOptions,
  ImportProgress,
  ImportRequest,
  ImportResult,
  IngestStores,
  RowsRequest,
} from './import-request';
export { ProposalService, type ProposalAsker, type ProposedChange } from './proposals/proposal.service';
export type { RejectLine } from './rejects';
export { fieldNames, readStateRow, stateFields } from './state-fields';
export { ImportBatches, type BatchAsker } from './undo/import-batches';
export { sweepIncoming } from './sweep-incoming';
export { writeTemplate } from './template';
export { uploadKinds } from './uploads/upload-kinds';
export { UploadJobs, type UploadAsker } from './uploads/upload-jobs';
export { PLUGIN_KIND, SignedDeliveries, type SignedRequest, type SignedResult } from './signed/signed-deliveries';
export type { PluginResult } from './signed/douyin-plugin';
export { type DrainEvent, SpillDrainer } from './spill-drainer';
