import type { Platform } from '@app/contracts';
import type { DataSource } from 'typeorm';
import { CollectionCursorEntity } from '../entities/collection-cursor.entity';

/** One stream of collection: a kind of fact of one account. */
export interface CursorPlace {
  brandId: number;
  platform: Platform;
  accountId: string;
  kind: string;
}

/** Where collection stands, so that it goes on there after a restart. Cursors are whatever JSON the collector needs; it checks what it reads. */
export class CursorRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** The saved cursor, or null when this stream has never been collected. */
  async getCursor(place: CursorPlace): Promise<unknown> {
    const { brandId, platform, accountId, kind } = place;
    const found = await this.dataSource.getRepository(CollectionCursorEntity).findOneBy({ brandId, platform, accountId, kind });
    return found?.cursor ?? null;
  }

  async saveCursor(place: CursorPlace, cursor: unknown): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO collection_cursor (brand_id, platform, account_id, kind, cursor, updated_at)
       VALUES ($1, $2, $3, $4, $5, clock_timestamp())
       ON CONFLICT (brand_id, platform, account_id, kind) DO UPDATE SET cursor = excluded.cursor, updated_at = excluded.updated_at`,
      [place.brandId, place.platform, place.accountId, place.kind, JSON.stringify(cursor ?? null)],
    );
  }
}
