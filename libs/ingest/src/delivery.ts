import { Brand, VitrineError } from '@app/contracts';
import { Delivery, DeliveryCounts, beginDelivery, finishDelivery, heartbeat } from '@app/database';
import type { DataSource } from 'typeorm';

const HEARTBEAT_MS = 8_000;
/** A delivery is dead after 30 s of silence. A process that slept asks before it writes again. */
const SURE_MS = 12_000;

/** The brand of an import. Throws not_found. */
export async function brandOf(dataSource: DataSource, brandId: number): Promise<Brand> {
  const [brand] = (await dataSource.query('SELECT brand_id AS "brandId", code, name, zone FROM brand WHERE brand_id = $1', [
    brandId,
  ])) as Brand[];
  if (brand) return brand;
  throw new VitrineError(
    'not_found',
    { zh: '没有这个品牌。', en: 'There is no such brand.' },
    { remedy: { zh: '检查 --brand。', en: 'Check --brand.' } },
  );
}

/** A delivery under way: alive by heartbeat, ended once. `ingestedAt` is the state store's clock, after the delivery began. */
export class OpenDelivery {
  private timer: NodeJS.Timeout;
  private lost: unknown = null;
  private beatAt = Date.now();

  private constructor(
    private readonly dataSource: DataSource,
    readonly delivery: Delivery,
    readonly ingestedAt: number,
  ) {
    this.timer = setInterval(() => {
      this.beat().catch((error: unknown) => (this.lost = error));
    }, HEARTBEAT_MS);
  }

  static async begin(dataSource: DataSource, start: Parameters<typeof beginDelivery>[1]): Promise<OpenDelivery> {
    const delivery = await beginDelivery(dataSource, start);
    const [{ ms }] = (await dataSource.query('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms')) as { ms: string }[];
    return new OpenDelivery(dataSource, delivery, Number(ms));
  }

  /** Throws when the store says that the delivery is over. */
  check(): void {
    if (this.lost) throw this.lost;
  }

  /** Throws when rows that are written now would come behind the data instant. */
  async assertAlive(): Promise<void> {
    this.check();
    if (Date.now() - this.beatAt > SURE_MS) await this.beat();
  }

  /** Stops beating without an end: the delivery is spilled, and ends when its files are in. */
  leave(): void {
    clearInterval(this.timer);
  }

  private async beat(): Promise<void> {
    const at = Date.now();
    await heartbeat(this.dataSource, this.delivery.deliveryId);
    this.beatAt = at;
  }

  async finish(counts: DeliveryCounts, state: 'done' | 'failed'): Promise<void> {
    clearInterval(this.timer);
    await finishDelivery(this.dataSource, this.delivery.deliveryId, counts, state);
  }
}
