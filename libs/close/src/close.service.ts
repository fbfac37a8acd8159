import { Actor, Bilingual, Brand, Close, CloseRequest, PreviewWindow, isMonth, monthPeriod, sameActor } from '@app/contracts';
import {
  StateReader,
  decideCloseRequest,
  findClose,
  findCloseRequest,
  insertCloseRequest,
  listCloseRequests,
  listCloses,
  listPreviews,
  openPreview,
  policyOf,
  recordAct,
  whileClosing,
} from '@app/database';
import { type BrandScope, type ReportService, type ReportStores, checkedScope, wholeBrand } from '@app/reports';
import type { EntityManager } from 'typeorm';
import { closeNamed } from './close-diff.service';
import * as refusal from './close-errors';
import { Freeze } from './freeze';

/** What a close is asked for. */
export interface CloseOrder {
  month: string;
  kind: 'close' | 'restate';
  reason?: string | null;
  /** Before the end of the preview; needs a reason. */
  force?: boolean;
  brand?: string;
}

const HOUR = 3_600_000;
const LONGEST_REASON = 500;

const CLOSING: Bilingual = { zh: '关账', en: 'Closing a month' };

/** Previews, closes and restatements of months (docs/adr/0026). Whoever acts sees the whole brand. */
export class CloseService {
  private readonly reader: StateReader;

  constructor(
    private readonly stores: ReportStores,
    private readonly reports: ReportService,
  ) {
    this.reader = new StateReader(stores.dataSource, stores.secret);
  }

  /** Every close of a brand, the newest first. */
  async list(scope: BrandScope, brand?: string): Promise<Close[]> {
    checkedScope(scope);
    return (await listCloses(this.stores.dataSource, (await this.reader.brand(brand)).brandId)).reverse();
  }

  /** A close by its id, its month (the last of it) or `2026-10#0` (the first of it). Throws not_found. */
  async get(scope: BrandScope, ref: string, brand?: string): Promise<Close> {
    return closeNamed(await this.list(scope, brand).then((newest) => newest.reverse()), ref);
  }

  /** Lets dealers look at a month before it is closed, until an instant (epoch ms; default: as many hours from now as the month's policy says). Again: another end. */
  async preview(scope: BrandScope, actor: Actor, asked: { month: string; until?: number; brand?: string }): Promise<PreviewWindow> {
    const brand = await this.brandFor(scope, asked);
    const { dataSource, clock } = this.stores;
    const closed = await findClose(dataSource, brand.brandId, asked.month);
    if (closed) throw refusal.alreadyClosed(asked.month, closed.closedAt);
    const from = clock.now();
    const { policies } = await this.reader.state(brand.brandId);
    const until = asked.until ?? from + policyOf(policies, asked.month).previewHours * HOUR;
    if (until <= from) throw refusal.badWindow();
    return dataSource.transaction(async (tx) => {
      const [before] = await listPreviews(tx, brand.brandId, asked.month);
      await openPreview(tx, brand.brandId, { month: asked.month, from, until, openedBy: actor });
      const [window] = await listPreviews(tx, brand.brandId, asked.month);
      const { brandId } = brand;
      await recordAct(tx, {
        brandId,
        actor,
        action: 'month.preview',
        subject: asked.month,
        before: before ?? null,
        after: window,
        reason: null,
      });
      return window;
    });
  }

  /**
   * Freezes a month, or restates one that is frozen. Refused (`conflict`) before the month is over, while a delivery is under way, before the end of its
   * preview unless forced, when the month is closed already (or, restating, is not, or has no other figures), or while somebody else does it.
   */
  close(scope: BrandScope, actor: Actor, order: CloseOrder, told?: (done: number, of: number) => void): Promise<Close> {
    return this.freeze(scope, { actor, requestedBy: null, order, told });
  }

  /** Asks for a close that another person has to confirm. */
  async request(scope: BrandScope, actor: Actor, order: CloseOrder): Promise<CloseRequest> {
    const brand = await this.brandFor(scope, order);
    const { month, kind, force = false } = order;
    const reason = checkedReason(order);
    const closed = await findClose(this.stores.dataSource, brand.brandId, month);
    if (kind === 'close' && closed) throw refusal.alreadyClosed(month, closed.closedAt);
    if (kind === 'restate' && !closed) throw refusal.notClosed(month);
    return this.stores.dataSource.transaction(async (tx) => {
      const request = await insertCloseRequest(tx, brand.brandId, { month, kind, reason, force, requestedBy: actor });
      if (!request) throw refusal.requestOpen(month);
      const { brandId } = brand;
      await recordAct(tx, { brandId, actor, action: 'close.request', subject: `${kind} ${month}`, before: null, after: request, reason });
      return request;
    });
  }

  /** Requests of a brand, the newest first. */
  async requests(scope: BrandScope, brand?: string): Promise<CloseRequest[]> {
    checkedScope(scope);
    return listCloseRequests(this.stores.dataSource, (await this.reader.brand(brand)).brandId);
  }

  /**
   * Closes what somebody else asked for. Throws `forbidden` for the person who asked, unless there is nobody else (`alone`), `conflict` when it is
   * decided.
   */
  async confirm(scope: BrandScope, actor: Actor, requestId: string, given: { brand?: string; alone?: boolean } = {}): Promise<Close> {
    const { request, brand } = await this.openRequest(scope, requestId, given.brand);
    if (!given.alone && sameActor(request.requestedBy, actor)) throw refusal.samePerson();
    const { month, kind, reason, force, requestedBy } = request;
    return this.freeze(scope, {
      actor,
      requestedBy,
      order: { month, kind, reason, force, brand: brand.code },
      recorded: async (tx, close) => {
        if (!(await decideCloseRequest(tx, requestId, actor, close.closeId))) throw refusal.requestDecided();
      },
    });
  }

  /** Ends a request without a close. */
  async reject(scope: BrandScope, actor: Actor, requestId: string, reason: string | null, brandCode?: string): Promise<CloseRequest> {
    const { request, brand } = await this.openRequest(scope, requestId, brandCode);
    return this.stores.dataSource.transaction(async (tx) => {
      if (!(await decideCloseRequest(tx, requestId, actor, null))) throw refusal.requestDecided();
      const after = (await findCloseRequest(tx, brand.brandId, requestId))!;
      const { brandId } = brand;
      const subject = `${request.kind} ${request.month}`;
      await recordAct(tx, { brandId, actor, action: 'close.reject', subject, before: request, after, reason });
      return after;
    });
  }

  private async openRequest(scope: BrandScope, requestId: string, code?: string): Promise<{ request: CloseRequest; brand: Brand }> {
    wholeBrand(scope, CLOSING);
    const brand = await this.reader.brand(code);
    const request = /^\d{1,18}$/.test(requestId) ? await findCloseRequest(this.stores.dataSource, brand.brandId, requestId) : null;
    if (!request) throw refusal.unknownRequest();
    if (request.state !== 'open') throw refusal.requestDecided();
    return { request, brand };
  }

  private async freeze(scope: BrandScope, asked: FreezeAsked): Promise<Close> {
    const { order } = asked;
    const brand = await this.brandFor(scope, order);
    const reason = checkedReason(order);
    const close = await whileClosing(this.stores.dataSource, brand.brandId, async () => {
      const closes = await listCloses(this.stores.dataSource, brand.brandId);
      const forced = await this.assertMayClose(brand, order, closes);
      const { actor, requestedBy, recorded = () => Promise.resolve(), told } = asked;
      return new Freeze(this.stores, this.reports, {
        brand,
        month: order.month,
        closes,
        actor,
        requestedBy,
        reason,
        forced,
        recorded,
        told,
      }).run();
    });
    if (!close) throw refusal.beingClosed();
    return close;
  }

  /** Throws when the month may not be closed now; answers whether the preview is cut short. */
  private async assertMayClose(brand: Brand, { month, kind, force = false }: CloseOrder, closes: readonly Close[]): Promise<boolean> {
    const former = closes.findLast((close) => close.month === month);
    if (kind === 'restate') {
      if (!former) throw refusal.notClosed(month);
      return false;
    }
    if (former) throw refusal.alreadyClosed(month, former.closedAt);
    const { to } = monthPeriod(month, brand.zone);
    const now = this.stores.clock.now();
    if (now < to) throw refusal.notOver(month, new Date(to).toISOString());
    const [preview] = await listPreviews(this.stores.dataSource, brand.brandId, month);
    const early = preview !== undefined && now < Date.parse(preview.until);
    if (early && !force) throw refusal.inPreview(month, preview.until);
    return early;
  }

  private async brandFor(scope: BrandScope, { month, brand }: { month: string; brand?: string }): Promise<Brand> {
    wholeBrand(scope, CLOSING);
    if (!isMonth(month)) throw refusal.notAMonth();
    return this.reader.brand(brand);
  }
}

interface FreezeAsked {
  actor: Actor;
  requestedBy: Actor | null;
  order: CloseOrder;
  /** Runs in the transaction of the close. */
  recorded?: (tx: EntityManager, close: Close) => Promise<void>;
  told?: (done: number, of: number) => void;
}

/** The reason, trimmed. Throws where one is needed and none is given. */
function checkedReason({ kind, force, reason }: CloseOrder): string | null {
  const text = reason?.trim() ?? '';
  if (text === '' && (kind === 'restate' || force)) throw refusal.noReason();
  if (text.length > LONGEST_REASON) throw refusal.longReason();
  return text === '' ? null : text;
}
