import { seenBy } from '@app/access';
import { VitrineError, PRODUCT_PLATFORM, type DeadLetterRow } from '@app/contracts';
import { StateReader, endDeadLetter, getDeadLetter, listDeadLetters, type DeadLetter, type DeadLetterState } from '@app/database';
import { checkedScope, inScope, type BrandScope, type ReportStores } from '@app/reports';
import { accountKey } from '@app/warehouse';
import { scopedAccounts, type CoverageQuery } from './coverage-scope';

/** Enqueues the job of a letter again; asked twice it is one job. Throws bad_input for a payload that is none. */
export type ReplayJob = (letter: { deadLetterId: string; payload: Record<string, unknown> }) => Promise<void>;

/** Jobs that were given up: what they were, to be run again or dropped. */
export class DeadLetterService {
  constructor(
    private readonly stores: ReportStores,
    private readonly replayJob: ReplayJob,
  ) {}

  /** Letters of accounts in scope, the newest first. */
  async list(scope: BrandScope, query: CoverageQuery, state: DeadLetterState = 'open'): Promise<DeadLetterRow[]> {
    const { brand, accounts } = await scopedAccounts(this.stores, scope, query);
    const seen = new Set(accounts.map((account) => `${account.platform}/${account.accountId}`));
    const letters = await listDeadLetters(this.stores.dataSource, brand.brandId, state);
    return letters.filter(({ product, accountId }) => seen.has(`${PRODUCT_PLATFORM[product]}/${accountId}`)).map(rowOf);
  }

  /** Runs the job again; the worker that takes it may be another process. Throws not_found, or conflict when the letter is not open. */
  async replay(scope: BrandScope, deadLetterId: string, brand?: string): Promise<DeadLetterRow> {
    const letter = await this.open(scope, deadLetterId, brand);
    // first the job, then the letter: a crash in between leaves a letter that may be replayed again, which harms nothing
    await this.replayJob(letter);
    return this.end(letter, 'replayed');
  }

  /** Gives the job up for good. Throws not_found, or conflict when the letter is not open. */
  async drop(scope: BrandScope, deadLetterId: string, brand?: string): Promise<DeadLetterRow> {
    return this.end(await this.open(scope, deadLetterId, brand), 'dropped');
  }

  /** A letter of another brand, or of an account that the asker may not see, does not exist for them. */
  private async open(scope: BrandScope, deadLetterId: string, brand?: string): Promise<DeadLetter> {
    const letter = await getDeadLetter(this.stores.dataSource, deadLetterId);
    if (!(await this.isOwn(letter, scope, brand))) return getDeadLetter(this.stores.dataSource, '0');
    if (letter.state !== 'open') throw notOpen(letter);
    return letter;
  }

  private async isOwn({ brandId, product, accountId }: DeadLetter, scope: BrandScope, brand?: string): Promise<boolean> {
    const reader = new StateReader(this.stores.dataSource, this.stores.secret);
    if (brand !== undefined && (await reader.brand(brand)).brandId !== brandId) return false;
    if (scope === 'all') return true;
    const now = this.stores.clock.now();
    const { accounts } = seenBy(checkedScope(scope), await reader.state(brandId), { from: now, to: now + 1 });
    return inScope(accounts, accountKey(brandId, PRODUCT_PLATFORM[product], accountId).toString());
  }

  private async end(letter: DeadLetter, state: 'replayed' | 'dropped'): Promise<DeadLetterRow> {
    if (!(await endDeadLetter(this.stores.dataSource, letter.deadLetterId, state)))
      throw notOpen(await getDeadLetter(this.stores.dataSource, letter.deadLetterId));
    return rowOf({ ...letter, state });
  }
}

const notOpen = ({ deadLetterId, state }: DeadLetter): VitrineError =>
  new VitrineError('conflict', { zh: `死信 ${deadLetterId} 已处理（${state}）`, en: `Dead letter ${deadLetterId} is not open (${state})` });

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const rowOf = (letter: DeadLetter): DeadLetterRow => ({
  deadLetterId: letter.deadLetterId,
  product: letter.product,
  accountId: letter.accountId,
  kind: letter.kind,
  from: textOf(letter.payload['from']),
  to: textOf(letter.payload['to']),
  errorClass: letter.errorClass,
  code: letter.wireCode,
  endpoint: letter.endpoint,
  firstAt: letter.firstAt.toISOString(),
  lastAt: letter.lastAt.toISOString(),
  attempts: letter.attempts,
  state: letter.state,
});
