import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { reachFor, scopeOf } from '@app/access';
import { Clock } from '@app/config';
import { type LiveBoard, type LiveChange, type LiveEnd, type LiveOpening, type Principal, VitrineError, refusal } from '@app/contracts';
import { type DeliverySnapshot, StateReader } from '@app/database';
import { type BrandScope, scopeKey } from '@app/reports';
import { Warehouse } from '@app/warehouse';
import type { Asker } from '../http/asker';
import { Authenticate, type RequestOrigin } from '../http/authenticate';
import { CursorSeal } from '../http/cursor-seal';
import { BrandBoard, type BoardStores, type Look } from './brand-board';
import type { EventLine } from './event-line';
import { isBefore, placeOf, placeText } from './live-place';
import { LiveReader } from './live.reader';
import { viewOf } from './live-view';

const MOST_PER_ASKER = 4;
const MOST = 500;
/** Whoever was away for longer gets the board without what came meanwhile. */
const RESUMED_MS = 60 * 60_000;

/** Who listens. */
export interface Listener {
  asker: Asker;
  bearer: string;
  origin: RequestOrigin;
}
interface Listening extends Listener {
  line: EventLine;
  scope: BrandScope;
  /** Account keys of the live rooms that were sent last. */
  shown: ReadonlySet<string>;
  totals: string;
  checkedAt: number;
}
interface Brand {
  board: BrandBoard;
  listening: Set<Listening>;
  /** The end of what is done with the board now: one thing at a time. */
  turn: Promise<unknown>;
}

/** Tells everybody who listens in this process what rooms do, out of one look per brand (docs/adr/0043). */
@Injectable()
export class LiveFeed implements OnModuleDestroy {
  /** Ms. Tests are in a hurry. */
  readonly timing = { poll: 2_000, beat: 15_000, rights: 10_000, rebuild: 30_000 };
  private readonly brands = new Map<string, Brand>();
  private readonly taken = new Map<string, number>();
  private poll: NodeJS.Timeout | null = null;
  private beat: NodeJS.Timeout | null = null;
  private readonly stores: BoardStores;

  constructor(
    dataSource: DataSource,
    states: StateReader,
    warehouse: Warehouse,
    reader: LiveReader,
    private readonly clock: Clock,
    private readonly authenticate: Authenticate,
    private readonly seal: CursorSeal,
  ) {
    this.stores = { dataSource, states, warehouse, reader, clock };
  }

  /** Streams that are open now. */
  get streams(): number {
    return [...this.taken.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The board for somebody, at most one poll old. */
  async board({ brand: code, scope }: Asker): Promise<LiveBoard> {
    const brand = this.brandOf(code);
    return this.inTurn(brand, async () => viewOf(await this.looked(brand, this.timing.poll), scope).board);
  }

  /** Takes one of the asker's places; the answer gives it back. Throws `too_many`. */
  take({ brand, actor, principal }: Asker): () => void {
    const key = JSON.stringify([brand, actor.kind, actor.id, principal.role]);
    const own = this.taken.get(key) ?? 0;
    if (own >= MOST_PER_ASKER || this.streams >= MOST) throw tooMany();
    this.taken.set(key, own + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const left = (this.taken.get(key) ?? 1) - 1;
      if (left > 0) this.taken.set(key, left);
      else this.taken.delete(key);
    };
  }

  /** Opens a stream with the board, and with what came since the listener's last event. */
  async listen(listener: Listener, line: EventLine, lastId: string | undefined): Promise<void> {
    const { asker } = listener;
    const brand = this.brandOf(asker.brand);
    await this.inTurn(brand, async () => {
      const look = await this.looked(brand, 0);
      const from = lastId === undefined ? null : this.placeOf(lastId, asker);
      const away = from !== null && isBefore(from, look.place);
      const missed = away ? await this.stores.reader.stretch(look.brand.brandId, { from, to: look.place }, this.clock.now()) : [];
      if (!line.isOpen) return;
      const view = viewOf(look, asker.scope);
      const listening: Listening = { ...listener, line, scope: asker.scope, shown: new Set(), totals: '', checkedAt: performance.now() };
      line.begin();
      this.open(listening, look, { board: view.board, resumed: from !== null, minutes: view.minutesOf(missed) });
      brand.listening.add(listening);
      this.run();
    });
  }

  /** Forgets a stream that is closed. */
  leave(code: string, line: EventLine): void {
    const brand = this.brands.get(code);
    for (const listening of brand?.listening ?? []) if (listening.line === line) brand?.listening.delete(listening);
    if ([...this.brands.values()].every(({ listening }) => listening.size === 0)) this.rest();
  }

  onModuleDestroy(): void {
    this.rest();
    for (const { listening } of this.brands.values()) for (const one of [...listening]) finish(one, 'stopping');
  }

  private brandOf(code: string): Brand {
    const known = this.brands.get(code);
    if (known) return known;
    const brand: Brand = { board: new BrandBoard(this.stores, code), listening: new Set(), turn: Promise.resolve() };
    this.brands.set(code, brand);
    return brand;
  }

  private inTurn<Result>(brand: Brand, work: () => Promise<Result>): Promise<Result> {
    const done = brand.turn.then(work, work);
    brand.turn = done.catch(() => undefined);
    return done;
  }

  /** The last look, or a new one that everybody is told of. */
  private async looked(brand: Brand, atMost: number): Promise<Look> {
    const look = await brand.board.look(atMost, brand.listening.size > 0);
    if (look) await this.tell(brand, look);
    return brand.board.last!;
  }

  private run(): void {
    if (this.poll === null) {
      const poll = (this.poll = setTimeout(() => void this.tickAll().then(() => this.again(poll)), this.timing.poll));
    }
    this.beat ??= setInterval(() => {
      for (const { listening } of this.brands.values()) for (const { line } of listening) line.beat();
    }, this.timing.beat);
  }

  /** Unless it was stopped, or begun anew, meanwhile. */
  private again(poll: NodeJS.Timeout): void {
    if (this.poll !== poll) return;
    this.poll = null;
    this.run();
  }

  private async tickAll(): Promise<void> {
    const listened = [...this.brands.values()].filter(({ listening }) => listening.size > 0);
    // stores that are away: lines go on, and what they show grows old
    await Promise.all(listened.map((brand) => this.inTurn(brand, () => this.tick(brand)).catch(() => undefined)));
  }

  private rest(): void {
    if (this.poll) clearTimeout(this.poll);
    if (this.beat) clearInterval(this.beat);
    this.poll = this.beat = null;
  }

  private async tick(brand: Brand): Promise<void> {
    const look = await brand.board.look(this.timing.rebuild, true);
    if (look) return this.tell(brand, look);
    const before = performance.now() - this.timing.rights;
    const due = [...brand.listening].filter(({ checkedAt }) => checkedAt <= before);
    for (const listening of due) await this.checked(listening, new Map(), brand.board.last!).catch(() => ended(listening));
  }

  private async tell(brand: Brand, look: Look): Promise<void> {
    const asked = new Map<string, Promise<Principal | null>>();
    for (const listening of [...brand.listening]) {
      // whose rights cannot be looked up is sent nothing, and comes back to where it was
      const stands = await this.checked(listening, asked, look).catch(() => ended(listening));
      if (stands) this.change(listening, look);
    }
  }

  /** Do the rights of a listener still stand as they were? Ends the stream without them; sends the board anew under others. */
  private async checked(listening: Listening, asked: Map<string, Promise<Principal | null>>, look: Look): Promise<boolean> {
    const { bearer, origin, line } = listening;
    if (!line.isOpen) return false;
    const found = asked.get(bearer) ?? this.authenticate.principalOf(bearer, origin).catch(refusedOnly);
    asked.set(bearer, found);
    const principal = await found;
    if (principal === null || principal.brandCode !== listening.asker.brand) return finish(listening, 'session');
    const reach = reachFor(principal, 'live.read');
    if (reach === 'none') return finish(listening, 'rights');
    listening.checkedAt = performance.now();
    const scope = scopeOf(principal, reach);
    if (scopeKey(scope) === scopeKey(listening.scope)) return true;
    listening.scope = scope;
    const view = viewOf(look, scope);
    this.open(listening, look, { board: view.board, resumed: false, minutes: view.minutesOf(look.minutes) });
    return false;
  }

  private open(listening: Listening, look: Look, opening: LiveOpening): void {
    const { live } = viewOf(look, listening.scope);
    listening.shown = new Set(live.map(({ accountKey }) => accountKey));
    listening.totals = JSON.stringify(opening.board.totals);
    this.send(listening, 'board', opening, look.place);
  }

  /** Sends what is another way since the last event; nothing when nothing is. */
  private change(listening: Listening, look: Look): void {
    const { board, live, minutesOf } = viewOf(look, listening.scope);
    const shown = new Set(live.map(({ accountKey }) => accountKey));
    const rooms = live.filter(({ accountKey }) => look.changed.has(accountKey) || !listening.shown.has(accountKey));
    const gone = [...listening.shown]
      .filter((accountKey) => !shown.has(accountKey))
      .flatMap((accountKey) => look.keys.get(accountKey) ?? []);
    const minutes = minutesOf(look.minutes);
    const totals = JSON.stringify(board.totals);
    const same = rooms.length + gone.length + minutes.length === 0 && totals === listening.totals;
    listening.shown = shown;
    listening.totals = totals;
    if (same) return;
    const change: LiveChange = { at: board.at, minutes, rooms: rooms.map(({ room }) => room), gone, totals: board.totals };
    this.send(listening, 'change', change, look.place);
  }

  private send(listening: Listening, event: string, body: object, place: DeliverySnapshot): void {
    const text = placeText(place);
    const id = text === null ? null : this.seal.seal(`${this.clock.now()}.${text}`, listening.asker.owner);
    if (!listening.line.send(event, body, id)) listening.line.drop();
  }

  /** Null: an id of somebody else, an old one, or none of ours. */
  private placeOf(sealed: string, { owner }: Asker): DeliverySnapshot | null {
    try {
      const [at, place] = this.seal.open(sealed, owner).split('.');
      return this.clock.now() - Number(at) <= RESUMED_MS ? placeOf(place ?? '') : null;
    } catch {
      return null;
    }
  }
}

function ended({ line }: Listening): false {
  line.end();
  return false;
}

function finish({ line }: Listening, reason: LiveEnd): false {
  line.send('end', { reason });
  line.end();
  return false;
}

/** A refusal is an answer; what keeps the question from being asked is not. */
function refusedOnly(error: unknown): null {
  if (error instanceof VitrineError && error.code === 'unauthorized') return null;
  throw error;
}

const tooMany = (): VitrineError =>
  refusal(
    'too_many',
    {
      zh: `同时打开的直播连接过多（每人最多 ${MOST_PER_ASKER} 个）`,
      en: `Too many live streams are open (${MOST_PER_ASKER} for each person)`,
    },
    { zh: '请关闭其他直播页面后重试', en: 'Close another live page and try again' },
  );
