import * as fs from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import type { Platform } from '@app/contracts';
import { beginDelivery, ensureBrand, finishDelivery, heartbeat, StateWriter, type DeclarationRow } from '@app/database';
import { accountKey, type FactRow, type FactTable, FactWriter, sessionsTable } from '@app/warehouse';
import type { Bench } from '../../warehouse/bench';
import { ZONE } from '../../warehouse/generator/year';
import type { WorldDeclaration } from '../world/shapes';
import { spanOf } from './calendar';

/** Of the worlds and of how they are fed: data of another version is not used again. */
const VERSION = 1;
const HEARTBEAT_MS = 8000;
const ROWS_A_TURN = 2000;
const CITIES = ['310101', '110101', '440103', '330102', '320102', '510104', '420102', '500101', '610102', '370102'];

/** An account of a world in the store. */
export interface FedAccount {
  dealer: number;
  dealerId: string;
  platform: Platform;
  accountId: string;
  key: bigint;
}

export const accountIdOf = (dealer: number): string => `a${String(dealer).padStart(5, '0')}`;
export const dealerIdOf = (dealer: number): string => `d${String(dealer).padStart(5, '0')}`;

/**
 * Brings a world into a brand of its own through the product's writers: what the product sees is what it would see after an import. Truth stays outside: no
 * row tells what was bought.
 */
export class Feed {
  private readonly writers = new Map<string, FactWriter>();
  private readonly accounts: FedAccount[] = [];
  private readonly declarations: DeclarationRow[] = [];
  private readonly dealers: { dealerId: string; name: string; adcode: string; salesRegion: string }[] = [];
  private delivery = 0n;
  private timer: NodeJS.Timeout | null = null;
  private written = 0;
  private isKept = false;
  private marker: { file: string; text: string } | null = null;

  private constructor(
    private readonly bench: Bench,
    readonly brandId: number,
    readonly code: string,
  ) {}

  /** `made`: what the world is made of; a kept instance that holds the same is not fed again. */
  static async open(bench: Bench, code: string, made: object): Promise<Feed> {
    const { brandId } = await ensureBrand(bench.dataSource, { code, name: code, zone: ZONE });
    const feed = new Feed(bench, brandId, code);
    const text = JSON.stringify({ version: VERSION, ...made });
    feed.marker = { file: bench.file(`${code}.json`), text };
    feed.isKept = fs.existsSync(feed.marker.file) && fs.readFileSync(feed.marker.file, 'utf8') === text;
    if (!feed.isKept) await feed.begin(`${code}-${text}`);
    return feed;
  }

  /** Another delivery, as when a session has ended since. */
  async begin(contentHash: string): Promise<void> {
    this.isKept = false;
    const { dataSource } = this.bench;
    const { deliveryId } = await beginDelivery(dataSource, { brandId: this.brandId, kind: 'entries', source: 'file', contentHash });
    this.delivery = BigInt(deliveryId);
    this.timer = setInterval(() => void heartbeat(dataSource, deliveryId).catch(() => undefined), HEARTBEAT_MS);
  }

  account(dealer: number, platform: Platform, adcode?: string): FedAccount {
    const accountId = accountIdOf(dealer);
    const account = { dealer, dealerId: dealerIdOf(dealer), platform, accountId, key: accountKey(this.brandId, platform, accountId) };
    this.accounts.push(account);
    this.dealers.push({
      dealerId: account.dealerId,
      name: `Dealer ${dealer}`,
      adcode: adcode ?? CITIES[dealer % CITIES.length],
      salesRegion: `Region ${dealer % 6}/Area ${dealer % 40}`,
    });
    return account;
  }

  declare(declaration: WorldDeclaration): void {
    const [from, to] = spanOf(declaration);
    const { dealer, kind } = declaration;
    const dealerId = dealer === null ? undefined : dealerIdOf(dealer);
    this.declarations.push({ declarationId: `w${this.declarations.length}`, kind, dealerId, from, to });
  }

  /** A fact; what every row carries is added. */
  async add(table: FactTable, row: FactRow, of: { source: string; observedAt: number }): Promise<void> {
    if (++this.written % ROWS_A_TURN === 0) await turn();
    if (this.isKept) return;
    let writer = this.writers.get(table.name);
    if (!writer) this.writers.set(table.name, (writer = new FactWriter(this.bench.warehouse, table)));
    const { source, observedAt } = of;
    const common = {
      brand_id: this.brandId,
      source,
      retracted: 0,
      observed_at: observedAt,
      ingested_at: observedAt,
      delivery_id: this.delivery,
    };
    const wait = writer.add({ ...row, ...common });
    if (wait) await wait;
  }

  /** Facts written and the delivery closed; state with it, once. */
  async finish(): Promise<void> {
    if (this.isKept) return void [this.accounts, this.dealers, this.declarations].forEach((rows) => rows.splice(0));
    for (const writer of this.writers.values()) await writer.finish();
    this.writers.clear();
    if (this.timer) clearInterval(this.timer);
    const counts = { read: this.written, accepted: this.written, replaced: 0, unchanged: 0, rejected: 0 };
    await finishDelivery(this.bench.dataSource, this.delivery.toString(), counts, 'done');
    await this.writeState();
    if (this.marker) fs.writeFileSync(this.marker.file, this.marker.text);
  }

  private async writeState(): Promise<void> {
    const { dataSource, instance, warehouse } = this.bench;
    const { brandId } = this;
    if (this.dealers.length === 0) return;
    const writer = new StateWriter(dataSource, instance.secret);
    const paths = [...new Set(this.dealers.map(({ salesRegion }) => salesRegion))];
    await writer.upsertRegions(
      brandId,
      paths.map((path) => ({ path })),
    );
    await writer.upsertDealers(brandId, this.dealers.splice(0));
    const rows = this.accounts.splice(0);
    await writer.upsertAccounts(
      brandId,
      rows.map(({ platform, accountId, dealerId }) => ({ platform, accountId, name: accountId, dealerId })),
    );
    const { rejected } = await writer.upsertDeclarations(brandId, this.declarations.splice(0));
    if (rejected.length > 0) throw new Error(`declarations refused: ${JSON.stringify(rejected[0])}`);
    await warehouse.insertRows(
      'account_keys',
      rows.map(({ platform, accountId, key }) => ({
        brand_id: brandId,
        account_key: key.toString(),
        platform,
        account_id: accountId,
      })),
    );
  }
}

/** A session that tells nothing yet. */
export const UNKNOWN_SESSION: FactRow = {
  ...Object.fromEntries(
    Object.entries(sessionsTable.columns).flatMap(([name, type]) => (type.startsWith('Nullable') ? [[name, null] as const] : [])),
  ),
  title: '',
  host: '',
};
