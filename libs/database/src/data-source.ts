import { VitrineError } from '@app/contracts';
import { DataSource } from 'typeorm';
import { CreateState1762000000000 } from '../../../migrations/database/1762000000000-create-state';
import { SpillDelivery1763000000000 } from '../../../migrations/database/1763000000000-spill-delivery';
import { KeepStateVersions1763100000000 } from '../../../migrations/database/1763100000000-keep-state-versions';
import { CollectionHealth1764000000000 } from '../../../migrations/database/1764000000000-collection-health';
import { Connections1764100000000 } from '../../../migrations/database/1764100000000-connections';
import { ViewerKeys1764200000000 } from '../../../migrations/database/1764200000000-viewer-keys';
import { KeepViewerKeyVersions1764210000000 } from '../../../migrations/database/1764210000000-keep-viewer-key-versions';
import { CreateAuditLog1765000000000 } from '../../../migrations/database/1765000000000-create-audit-log';
import { CreateProposals1765010000000 } from '../../../migrations/database/1765010000000-create-proposals';
import { Forwarding1765110000000 } from '../../../migrations/database/1765110000000-forwarding';
import { Tiers1765100000000 } from '../../../migrations/database/1765100000000-tiers';
import { MonthlyClose1765200000000 } from '../../../migrations/database/1765200000000-monthly-close';
import { Settlement1765400000000 } from '../../../migrations/database/1765400000000-settlement';
import { SettlementKept1765410000000 } from '../../../migrations/database/1765410000000-settlement-kept';
import { Exclusions1765300000000 } from '../../../migrations/database/1765300000000-exclusions';
import { AuditOrigin1766300000000 } from '../../../migrations/database/1766300000000-audit-origin';
import { CloseAttempts1766400000000 } from '../../../migrations/database/1766400000000-close-attempts';
import { PolicyTolerances1766500000000 } from '../../../migrations/database/1766500000000-policy-tolerances';
import { LiveReactions1766510000000 } from '../../../migrations/database/1766510000000-live-reactions';
import { TroubleByCause1766520000000 } from '../../../migrations/database/1766520000000-trouble-by-cause';
import { Privacy1766200000000 } from '../../../migrations/database/1766200000000-privacy';
import { SettlementWaivers1766410000000 } from '../../../migrations/database/1766410000000-settlement-waivers';
import { BrandNeighbours1766100000000 } from '../../../migrations/database/1766100000000-brand-neighbours';
import { Identity1766000000000 } from '../../../migrations/database/1766000000000-identity';
import { PolicyPreviewHours1766420000000 } from '../../../migrations/database/1766420000000-policy-preview-hours';
import { Cases1767100000000 } from '../../../migrations/database/1767100000000-cases';
import { DeliveredFiles1767800000000 } from '../../../migrations/database/1767800000000-delivered-files';
import { IntegritySignals1767000000000 } from '../../../migrations/database/1767000000000-integrity-signals';
import { AccountOwnershipEntity } from './entities/account-ownership.entity';
import { AccountEntity } from './entities/account.entity';
import { AppTokenEntity } from './entities/app-token.entity';
import { BatchEntity } from './entities/batch.entity';
import { BrandEntity } from './entities/brand.entity';
import { CalendarDayEntity } from './entities/calendar-day.entity';
import { CollectionCursorEntity } from './entities/collection-cursor.entity';
import { CollectionHealthEntity } from './entities/collection-health.entity';
import { CollectionTroubleEntity } from './entities/collection-trouble.entity';
import { CostEntity } from './entities/cost.entity';
import { DeadLetterEntity } from './entities/dead-letter.entity';
import { DealerPlacementEntity } from './entities/dealer-placement.entity';
import { DealerEntity } from './entities/dealer.entity';
import { DeclarationEntity } from './entities/declaration.entity';
import { DeliveryEntity } from './entities/delivery.entity';
import { ExclusionEntity } from './entities/exclusion.entity';
import { IngestKeyEntity } from './entities/ingest-key.entity';
import { OAuthStateEntity } from './entities/oauth-state.entity';
import { OpeningValueEntity } from './entities/opening-value.entity';
import { PlatformClockEntity } from './entities/platform-clock.entity';
import { PlatformGrantEntity } from './entities/platform-grant.entity';
import { PolicyEntity } from './entities/policy.entity';
import { RateCardEntity } from './entities/rate-card.entity';
import { SalesRegionEntity } from './entities/sales-region.entity';
import { SentinelEntity } from './entities/sentinel.entity';
import { SentinelProposalEntity } from './entities/sentinel-proposal.entity';
import { ViewerKeyEntity } from './entities/viewer-key.entity';
import { WebhookMessageEntity } from './entities/webhook-message.entity';

export const ENTITIES = [
  AccountEntity,
  AccountOwnershipEntity,
  AppTokenEntity,
  BatchEntity,
  BrandEntity,
  CalendarDayEntity,
  CollectionCursorEntity,
  CollectionHealthEntity,
  CollectionTroubleEntity,
  CostEntity,
  DeadLetterEntity,
  DealerEntity,
  DealerPlacementEntity,
  DeclarationEntity,
  DeliveryEntity,
  ExclusionEntity,
  IngestKeyEntity,
  OAuthStateEntity,
  OpeningValueEntity,
  PlatformClockEntity,
  PlatformGrantEntity,
  PolicyEntity,
  RateCardEntity,
  SalesRegionEntity,
  SentinelEntity,
  SentinelProposalEntity,
  ViewerKeyEntity,
  WebhookMessageEntity,
];
const MIGRATIONS = [
  CreateState1762000000000,
  SpillDelivery1763000000000,
  KeepStateVersions1763100000000,
  CollectionHealth1764000000000,
  Connections1764100000000,
  ViewerKeys1764200000000,
  KeepViewerKeyVersions1764210000000,
  CreateAuditLog1765000000000,
  CreateProposals1765010000000,
  Tiers1765100000000,
  Forwarding1765110000000,
  MonthlyClose1765200000000,
  Exclusions1765300000000,
  Settlement1765400000000,
  SettlementKept1765410000000,
  Identity1766000000000,
  BrandNeighbours1766100000000,
  Privacy1766200000000,
  AuditOrigin1766300000000,
  CloseAttempts1766400000000,
  SettlementWaivers1766410000000,
  PolicyPreviewHours1766420000000,
  PolicyTolerances1766500000000,
  LiveReactions1766510000000,
  TroubleByCause1766520000000,
  IntegritySignals1767000000000,
  Cases1767100000000,
  DeliveredFiles1767800000000,
];

/** Where PostgreSQL is: a URL, or a host (name, or the folder of a unix socket) with its parts. */
export interface PostgresAddress {
  url?: string;
  host?: string;
  port?: number;
  username?: string;
  password?: string;
  database?: string;
}

/** The state store, not yet connected: call `initialize()`. At most ten connections; `installExtensions` is off because managed servers refuse it. */
export function createDataSource(postgres: PostgresAddress): DataSource {
  const { url, host, port, username, password, database } = postgres;
  return new DataSource({
    type: 'postgres',
    ...(url ? { url } : { host, port, username, password, database }),
    applicationName: 'vitrine',
    installExtensions: false,
    entities: ENTITIES,
    migrations: MIGRATIONS,
    migrationsTableName: 'state_migration',
    poolSize: 10,
    connectTimeoutMS: 10_000,
  });
}

/** Any number would do; it only has to be ours. */
const MIGRATION_LOCK = 826_410_001;
const OLDEST_SERVER = 150_000;

/**
 * Brings the state store to the current schema, all steps in one transaction, and returns the names of what was applied. Two at once are safe: the
 * second waits and finds nothing to do. Connects the data source if it is not. Throws `wrong_version` under PostgreSQL 15 and `migration` when a step fails.
 */
export async function migrateDatabase(dataSource: DataSource): Promise<string[]> {
  if (!dataSource.isInitialized) await dataSource.initialize();
  const runner = dataSource.createQueryRunner();
  await runner.connect();
  try {
    const [{ version }] = (await runner.query(`SELECT current_setting('server_version_num')::int AS version`)) as { version: number }[];
    if (version < OLDEST_SERVER) throw tooOld(version);
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    try {
      const applied = await dataSource.runMigrations({ transaction: 'all' });
      return applied.map((migration) => migration.name);
    } finally {
      await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    }
  } catch (cause) {
    if (cause instanceof VitrineError) throw cause;
    throw failed(cause);
  } finally {
    await runner.release();
  }
}

function tooOld(version: number): VitrineError {
  const found = Math.floor(version / 10_000);
  return new VitrineError(
    'wrong_version',
    { zh: `PostgreSQL 版本为 ${found}，需要 15 或更高`, en: `PostgreSQL is version ${found}; 15 or newer is needed` },
    {
      remedy: {
        zh: '请升级数据库，或取消 DATABASE_URL 以使用内置数据库',
        en: 'Upgrade the server, or unset DATABASE_URL to use the embedded one',
      },
    },
  );
}

function failed(cause: unknown): VitrineError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new VitrineError(
    'migration',
    { zh: `状态库迁移失败：${why}`, en: `The state store could not be migrated: ${why}` },
    {
      remedy: {
        zh: '数据库未被改动。请检查用户是否有建表权限，然后重试',
        en: 'Nothing was changed. Check that the user may create tables, then run migrate again',
      },
      cause,
    },
  );
}
