import { Module } from '@nestjs/common';
import { AccountsModule } from './accounts/accounts.module';
import { ApiKeysModule } from './api-keys/api-keys.module';
import { AuthModule } from './auth/auth.module';
import { AuditModule } from './audit/audit.module';
import { CapabilitiesModule } from './capabilities/capabilities.module';
import { CasesModule } from './cases/cases.module';
import { ClosesModule } from './closes/closes.module';
import { ConnectionsModule } from './connections/connections.module';
import { CoverageModule } from './coverage/coverage.module';
import { DealersModule } from './dealers/dealers.module';
import { ExplainModule } from './explain/explain.module';
import { ForwardingModule } from './forwarding/forwarding.module';
import { HealthModule } from './health/health.module';
import { AccessModule } from './http/access.module';
import { ImportsModule } from './imports/imports.module';
import { IngestModule } from './ingest/ingest.module';
import { InspectionsModule } from './inspections/inspections.module';
import { LearningModule } from './learning/learning.module';
import { LiveModule } from './live/live.module';
import { MetricsModule } from './metrics/metrics.module';
import { OverviewModule } from './overview/overview.module';
import { SettlementsModule } from './settlements/settlements.module';
import { PrivacyModule } from './privacy/privacy.module';
import { ProposalsModule } from './proposals/proposals.module';
import { ReportsModule } from './reports/reports.module';
import { SettingsModule } from './settings/settings.module';
import { SentinelsModule } from './sentinels/sentinels.module';
import { TiersModule } from './tiers/tiers.module';
import { UsersModule } from './users/users.module';
import { VersionsModule } from './versions/versions.module';
import { WebhooksModule } from './webhooks/webhooks.module';
import { WhatIfModule } from './what-if/what-if.module';

/** Every HTTP slice. Stores and services come from the process role that imports it. */
@Module({
  imports: [
    AccessModule,
    AccountsModule,
    ApiKeysModule,
    AuthModule,
    AuditModule,
    CapabilitiesModule,
    CasesModule,
    ClosesModule,
    ConnectionsModule,
    CoverageModule,
    DealersModule,
    ExplainModule,
    ForwardingModule,
    HealthModule,
    ImportsModule,
    IngestModule,
    InspectionsModule,
    LearningModule,
    LiveModule,
    MetricsModule,
    OverviewModule,
    PrivacyModule,
    ProposalsModule,
    SettlementsModule,
    ReportsModule,
    SentinelsModule,
    SettingsModule,
    TiersModule,
    UsersModule,
    VersionsModule,
    WebhooksModule,
    WhatIfModule,
  ],
})
export class ApiModule {}
