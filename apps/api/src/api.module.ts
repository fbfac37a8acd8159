import { Module } from '@nestjs/common';
import { AccountsModule } from './accounts/accounts.module';
import { DealersModule } from './dealers/dealers.module';
import { HealthModule } from './health/health.module';
import { OverviewModule } from './overview/overview.module';
import { ReportsModule } from './reports/reports.module';

/** Every HTTP slice. Stores and services come from the process role that imports it. */
@Module({ imports: [AccountsModule, DealersModule, HealthModule, OverviewModule, ReportsModule] })
export class ApiModule {}
