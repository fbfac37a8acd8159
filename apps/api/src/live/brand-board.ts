import type { DataSource } from 'typeorm';
import type { Clock } from '@app/config';
import type { Brand, BrandState } from '@app/contracts';
import { type DeliverySnapshot, type StateReader, brandMarks, deliverySnapshot } from '@app/database';
import { withUndeclared } from '@app/reports';
import type { Warehouse } from '@app/warehouse';
import { type BrandRooms, roomsOf } from './live-board';
import type { KeyedMinute, LiveReader } from './live.reader';

/** What boards are read from. */
export interface BoardStores {
  dataSource: DataSource;
  states: StateReader;
  warehouse: Warehouse;
  reader: LiveReader;
  clock: Clock;
}

/** A brand as it was looked at last. */
export interface Look {
  brand: Brand;
  state: BrandState;
  rooms: BrandRooms;
  /** `platform/accountId` by account key. */
  keys: ReadonlyMap<string, string>;
  place: DeliverySnapshot;
  /** Minutes that have come since the look before. */
  minutes: KeyedMinute[];
  /** Account keys of live rooms that are another way than at the look before. */
  changed: ReadonlySet<string>;
}

/** The rooms of one brand, read once for everybody; only one look at a time. */
export class BrandBoard {
  private marks = '';
  private stateMark = '';
  private readAt = -Infinity;
  private texts = new Map<string, string>();
  private declared: BrandState | null = null;
  last: Look | null = null;

  constructor(
    private readonly stores: BoardStores,
    private readonly code: string,
  ) {}

  /** How old the last look is, ms of the machine. */
  get age(): number {
    return performance.now() - this.readAt;
  }

  /**
   * Looks when deliveries or the state have changed, or the last look is older than `atMost`; null: nothing has. `listened`: somebody wants the minutes
   * between this look and the one before.
   */
  async look(atMost: number, listened: boolean): Promise<Look | null> {
    const { dataSource, states, clock, reader } = this.stores;
    const brand = await states.brand(this.code);
    // before the place: what changes after this is found by the next look
    const { marks, state: stateMark } = await brandMarks(dataSource, brand.brandId);
    const moved = marks !== this.marks || this.last === null;
    if (!moved && this.age < atMost) return null;
    const place = moved ? await deliverySnapshot(dataSource) : this.last!.place;
    const state = await this.stateOf(brand.brandId, stateMark, moved);
    const now = clock.now();
    const [facts, minutes] = await Promise.all([
      reader.facts(brand, now),
      this.last !== null && moved && listened ? reader.stretch(brand.brandId, { from: this.last.place, to: place }, now) : [],
    ]);
    const rooms = roomsOf(state, facts, now);
    const texts = new Map(rooms.live.map(({ accountKey, room }) => [accountKey, JSON.stringify(room)]));
    const changed = new Set(
      [...texts].filter(([accountKey, text]) => this.texts.get(accountKey) !== text).map(([accountKey]) => accountKey),
    );
    const keys = new Map(state.accounts.map(({ accountKey, platform, accountId }) => [accountKey, `${platform}/${accountId}`]));
    this.last = { brand, state, rooms, keys, place, minutes, changed };
    this.texts = texts;
    this.marks = marks;
    this.readAt = performance.now();
    return this.last;
  }

  /** What is declared is read when it has changed; accounts that only facts know, after deliveries. */
  private async stateOf(brandId: number, mark: string, moved: boolean): Promise<BrandState> {
    if (!moved && this.last !== null) return this.last.state;
    if (this.declared === null || mark !== this.stateMark) {
      this.declared = await this.stores.states.state(brandId);
      this.stateMark = mark;
    }
    return withUndeclared(this.stores.warehouse, this.declared);
  }
}
