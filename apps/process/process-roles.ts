import { DynamicModule, Global, Module, Type } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CloseDiffService, CloseService, CloseStatusService } from '@app/close';
import { Clock, deriveKey } from '@app/config';
import { ConnectService, WebhookInbox } from '@app/connect';
import { AccountHealthService, CoverageService, DeadLetterService } from '@app/coverage';
import { StateReader } from '@app/database';
import { ExplainService } from '@app/explain';
import { Authenticator } from '@app/identity';
import { ImportBatches, ProposalService, SignedDeliveries, UploadJobs } from '@app/ingest';
import { createLogger } from '@app/observability';
import { BullQueueAdapter, JobQueue } from '@app/queue';
import {
  CapabilityService,
  DirectoryService,
  ForwardingService,
  MethodologyService,
  ReconciliationService,
  ReportService,
  SentinelService,
  SessionListService,
  TierService,
} from '@app/reports';
import { IncentiveService, SettlementService } from '@app/settlement';
import { Warehouse } from '@app/warehouse';
import { WhatIfJobs, WhatIfService } from '@app/what-if';
import { ApiModule } from '../api/src/api.module';
import { Authenticate } from '../api/src/http/authenticate';
import { CursorSeal } from '../api/src/http/cursor-seal';
import { WEBHOOK_LOGGER } from '../api/src/webhooks/webhook-logger';
import { CollectorModule } from '../collector/src/collector.module';
import { caseServices } from './case-services';
import { identityServices } from './identity-services';
import { inspectionServices } from './inspection-services';
import { privacyServices } from './privacy-services';
import { replayJob } from './replay-job';
import type { ProcessRole } from './role';
import type { Stores } from './stores';

/** The collector's service, for commands that run the collector role in their own process. */
export { CollectService } from '../collector/src/collect/collect.service';

/** A service that asks the process's one service of reports, and with it its memory. */
const onReports = <Service>(provide: Type<Service>, useFactory: (reports: ReportService) => Service) => ({
  provide,
  useFactory,
  inject: [ReportService],
});

/** Gives every slice the stores by class. */
@Global()
@Module({})
class StoresModule {
  static with(stores: Stores): DynamicModule {
    const { settings, instance, warehouse, dataSource, clock } = stores;
    const secret = instance.secret;
    const connecting = { dataSource, secret, settings, clock };
    const reading = { warehouse, dataSource, secret, clock };
    const writing = { warehouse, dataSource, secret, dataDir: settings.dataDir, now: () => clock.now() };
    const providers = [
      ...identityServices(stores),
      ...privacyServices(stores),
      ...caseServices(stores),
      ...inspectionServices(stores),
      { provide: Authenticate, useExisting: Authenticator },
      { provide: CursorSeal, useValue: new CursorSeal(deriveKey(secret, 'cursors')) },
      { provide: Warehouse, useValue: warehouse },
      { provide: DataSource, useValue: dataSource },
      { provide: Clock, useValue: clock },
      { provide: SignedDeliveries, useValue: new SignedDeliveries(writing) },
      { provide: ImportBatches, useValue: new ImportBatches(writing) },
      { provide: UploadJobs, useValue: new UploadJobs(writing) },
      { provide: StateReader, useValue: new StateReader(dataSource, secret) },
      { provide: ProposalService, useValue: new ProposalService({ dataSource, secret }) },
      { provide: MethodologyService, useValue: new MethodologyService({ dataSource, secret, clock }) },
      { provide: ReconciliationService, useValue: new ReconciliationService(reading) },
      { provide: ReportService, useValue: new ReportService(reading) },
      onReports(CloseService, (reports) => new CloseService(reading, reports)),
      onReports(CloseDiffService, (reports) => new CloseDiffService(reading, reports)),
      onReports(CloseStatusService, (reports) => new CloseStatusService(reading, reports)),
      onReports(ExplainService, (reports) => new ExplainService(reading, reports)),
      { provide: CapabilityService, useValue: new CapabilityService(reading) },
      onReports(TierService, (reports) => new TierService(reports)),
      { provide: ForwardingService, useValue: new ForwardingService(reading) },
      { provide: DirectoryService, useValue: new DirectoryService(reading) },
      { provide: SettlementService, useValue: new SettlementService(reading) },
      { provide: IncentiveService, useValue: new IncentiveService(reading) },
      { provide: SentinelService, useValue: new SentinelService(reading) },
      { provide: SessionListService, useValue: new SessionListService(reading) },
      { provide: ConnectService, useValue: new ConnectService(connecting) },
      { provide: CoverageService, useValue: new CoverageService(reading) },
      {
        provide: AccountHealthService,
        useValue: new AccountHealthService(reading, new ConnectService(connecting)),
      },
      {
        provide: DeadLetterService,
        useFactory: (queue: JobQueue) => new DeadLetterService(reading, replayJob(queue)),
        inject: [JobQueue],
      },
      onReports(WhatIfJobs, (reports) => new WhatIfJobs(new WhatIfService(reports))),
      { provide: WebhookInbox, useValue: new WebhookInbox(connecting) },
      // only asks for jobs; it connects with the first
      { provide: JobQueue, useFactory: () => new BullQueueAdapter(instance) },
      { provide: WEBHOOK_LOGGER, useFactory: () => createLogger(settings) },
    ];
    return { module: StoresModule, providers, exports: providers.map(({ provide }) => provide) };
  }
}

/** The one place that says which parts a process runs: `up` everything, `api` HTTP and the page, `collector` the jobs. */
@Module({})
export class ProcessRoleModule {
  static with(role: ProcessRole, stores: Stores): DynamicModule {
    const parts = {
      up: () => [ApiModule, CollectorModule.with(stores)],
      api: () => [ApiModule],
      collector: () => [CollectorModule.with(stores)],
    };
    return { module: ProcessRoleModule, imports: [StoresModule.with(stores), ...parts[role]()] };
  }
}
