import {
  AppealFiles,
  AppealService,
  CaseIntake,
  CaseService,
  DecisionService,
  LearningService,
  RectificationService,
  S3Files,
  type Repull,
} from '@app/cases';
import { createLogger } from '@app/observability';
import { JobQueue } from '@app/queue';
import { ReportService } from '@app/reports';
import { reasonOf } from './repeated';
import { repullJob } from './repull-job';
import type { Stores } from './stores';

/** Cases and what hangs on them, made once over one desk. */
export function caseParts(
  { settings, instance, warehouse, dataSource, clock }: Stores,
  more: { repull?: Repull; reports?: ReportService } = {},
) {
  const { fileStore, dataDir } = settings;
  const files = fileStore ? new S3Files(fileStore, () => clock.now()) : undefined;
  const logger = createLogger(settings);
  const warned = (message: string, error: unknown): void => logger.warn({ reason: reasonOf(error) }, message);
  const stores = { warehouse, dataSource, secret: instance.secret, clock, dataDir, files, warned, ...more };
  const cases = new CaseService(stores);
  const decisions = new DecisionService(cases);
  const appeals = new AppealService(cases, decisions);
  return {
    ...{ cases, decisions, appeals, files: new AppealFiles(appeals, cases), rectifications: new RectificationService(cases) },
    ...{ intake: new CaseIntake(stores), learning: new LearningService(stores) },
  };
}
export type CaseParts = ReturnType<typeof caseParts>;

/** What concerns cases, by class. */
export function caseServices(stores: Stores) {
  let made: CaseParts | undefined;
  const partsOf = (queue: JobQueue, reports: ReportService): CaseParts =>
    (made ??= caseParts(stores, { repull: repullJob(queue, stores.dataSource), reports }));
  const given = <Name extends keyof CaseParts>(provide: abstract new (...needed: never[]) => CaseParts[Name], name: Name) => ({
    provide,
    useFactory: (queue: JobQueue, reports: ReportService) => partsOf(queue, reports)[name],
    inject: [JobQueue, ReportService],
  });
  return [
    given(CaseService, 'cases'),
    given(DecisionService, 'decisions'),
    given(AppealService, 'appeals'),
    given(AppealFiles, 'files'),
    given(RectificationService, 'rectifications'),
    given(LearningService, 'learning'),
    given(CaseIntake, 'intake'),
  ];
}
