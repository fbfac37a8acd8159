import { DynamicModule, Global, Module } from '@nestjs/common';
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

/** Gives every slice the stores by class. */
@Global()
@Module({})
class StoresModule {
  static with(stores: Stores): DynamicModule {
    const { settings, instance, warehouse, dataSource, clock } = stores;
    const secret = instance.secret;
    const connecting = { dataSource, secret, settings, clock };
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
      {
        provide: SignedDeliveries,
        useValue: new SignedDeliveries({ warehouse, dataSource, secret, dataDir: settings.dataDir, now: () => clock.now() }),
      },
      {
        provide: ImportBatches,
        useValue: new ImportBatches({ warehouse, dataSource, secret, dataDir: settings.dataDir, now: () => clock.now() }),
      },
      {
        provide: UploadJobs,
        useValue: new UploadJobs({ warehouse, dataSource, secret, dataDir: settings.dataDir, now: () => clock.now() }),
      },
      { provide: StateReader, useValue: new StateReader(dataSource, secret) },
      { provide: ProposalService, useValue: new ProposalService({ dataSource, secret }) },
      { provide: MethodologyService, useValue: new MethodologyService({ dataSource, secret, clock }) },
      { provide: ReconciliationService, useValue: new ReconciliationService({ warehouse, dataSource, secret, clock }) },
      { provide: ReportService, useValue: new ReportService({ warehouse, dataSource, secret, clock }) },
      {
        provide: CloseService,
        useFactory: (reports: ReportService) => new CloseService({ warehouse, dataSource, secret, clock }, reports),
        inject: [ReportService],
      },
      {
        provide: CloseDiffService,
        useFactory: (reports: ReportService) => new CloseDiffService({ warehouse, dataSource, secret, clock }, reports),
        inject: [ReportService],
      },
      {
        provide: CloseStatusService,
        useFactory: (reports: ReportService) => new CloseStatusService({ warehouse, dataSource, secret, clock }, reports),
        inject: [ReportService],
      },
      {
        provide: ExplainService,
        useFactory: (reports: ReportService) => new ExplainService({ warehouse, dataSource, secret, clock }, reports),
        inject: [ReportService],
      },
      { provide: CapabilityService, useValue: new CapabilityService({ warehouse, dataSource, secret, clock }) },
      { provide: TierService, useFactory: (reports: ReportService) => new TierService(reports), inject: [ReportService] },
      { provide: ForwardingService, useValue: new ForwardingService({ warehouse, dataSource, secret, clock }) },
      { provide: DirectoryService, useValue: new DirectoryService({ warehouse, dataSource, secret, clock }) },
      { provide: SettlementService, useValue: new SettlementService({ warehouse, dataSource, secret, clock }) },
      { provide: IncentiveService, useValue: new IncentiveService({ warehouse, dataSource, secret, clock }) },
      { provide: SentinelService, useValue: new SentinelService({ warehouse, dataSource, secret, clock }) },
      { provide: SessionListService, useValue: new SessionListService({ warehouse, dataSource, secret, clock }) },
      { provide: ConnectService, useValue: new ConnectService(connecting) },
      { provide: CoverageService, useValue: new CoverageService({ warehouse, dataSource, secret, clock }) },
      {
        provide: AccountHealthService,
        useValue: new AccountHealthService({ warehouse, dataSource, secret, clock }, new ConnectService(connecting)),
      },
      {
        provide: DeadLetterService,
        useFactory: (queue: JobQueue) => new DeadLetterService({ warehouse, dataSource, secret, clock }, replayJob(queue)),
        inject: [JobQueue],
      },
      { provide: WhatIfJobs, useFactory: (reports: ReportService) => new WhatIfJobs(new WhatIfService(reports)), inject: [ReportService] },
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
