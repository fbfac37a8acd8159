export { withUndeclared } from './brand-facts.reader';
export { CapabilityService } from './capability.service';
export { DirectoryService } from './directory.service';
export { ReportService, type AnyReport, type BrandQuery } from './report.service';
export { SentinelService } from './sentinel.service';
export { SessionListService } from './session-list.service';
export type { BrandScope, ReportStores } from './report-stores';
export { checkedScope, inScope } from './scope';
export type { SeriesMonth, SeriesSubject } from './series';
