import { randomUUID } from 'node:crypto';
import { isSeen, seenBy } from '@app/access';
import { completionOf, forwardingState, knownPersons, knownSum, newestProofs, noStates } from '@app/analytics';
import {
  Actor,
  BrandState,
  ForwardedKind,
  Forwarder,
  ForwardingAssignment,
  ForwardingCompletion,
  ForwardingTaskRow,
  Platform,
  VitrineError,
  forwarderText,
} from '@app/contracts';
import { ForwardingFilter, ForwardingRepository, StateReader, StoredForwardingAssignment, StoredForwardingTask } from '@app/database';
import { accountKey } from '@app/warehouse';
import { CheckedProof, ProofGiven, checkedProof, checkedStaff, checkedText } from './forwarding-checks';
import { groupedBy, ownershipAt } from './report-context';
import type { BrandScope, ReportStores } from './report-stores';
import { checkedScope, inScope } from './scope';
import { dealerNames } from './subjects';

/** A task to be assigned. `toOuterOf`: every staff account that a dealer owns now, beside `forwarders`. */
export interface TaskGiven {
  taskId?: string;
  title?: string;
  platform: Platform;
  accountId: string;
  contentKind: ForwardedKind;
  contentId?: string;
  dueAt: number;
  forwarders?: readonly Forwarder[];
  toOuterOf?: string;
}

export interface ForwardingQuery {
  brand?: string;
  taskId?: string;
  dealerId?: string;
  /** Deadlines in [dueFrom, dueTo); epoch ms. */
  dueFrom?: number;
  dueTo?: number;
  /** Answer out of what was recorded by this instant (epoch ms). */
  asOf?: number;
}

/** Who decides, what it may see, in which brand. */
export interface ForwardingAsk {
  actor: Actor;
  scope: BrandScope;
  brand?: string;
}

/** Forwarding tasks of the outer tier: assigned, proved, counted by the joins that they brought; shares are no effect. */
export class ForwardingService {
  private readonly tasks: ForwardingRepository;
  private readonly reader: StateReader;

  constructor(private readonly stores: ReportStores) {
    this.tasks = new ForwardingRepository(stores.dataSource);
    this.reader = new StateReader(stores.dataSource, stores.secret);
  }

  /**
   * Makes a task or adds forwarders to one. Who sees a part of the brand names none but those that they see: new ones get an id. Throws bad_input, not_found for an
   * account, dealer or such a task that is unknown or out of scope, conflict for a task of another content.
   */
  async assign({ actor, scope, brand }: ForwardingAsk, given: TaskGiven): Promise<ForwardingTaskRow> {
    const { state, brandId } = await this.open(scope, brand);
    const now = this.stores.clock.now();
    const named = checkedText('taskId', given.taskId, 64);
    const known =
      named !== null &&
      (scope === 'all' ? await this.tasks.has(brandId, named) : (await this.list(scope, { taskId: named, brand })).length > 0);
    // an id that is taken by others would answer otherwise than one that is free
    if (named !== null && !known && scope !== 'all') throw noTask(named);
    if (!known && !(given.dueAt > now)) throw pastDeadline();
    const forwarders = [...(given.forwarders ?? []), ...(given.toOuterOf === undefined ? [] : outerOf(state, given.toOuterOf, now, given))];
    if (forwarders.length === 0) throw nobody();
    knownAccount(state, scope, given, now);
    const assignments = forwarders.map((forwarder) => ({ forwarder, dealerId: dealerOf(state, scope, forwarder, now) }));
    const taskId = named ?? `F-${randomUUID().slice(0, 8)}`;
    await this.tasks.assign({ brandId, actor }, { ...contentOf(given), taskId, dueAt: given.dueAt }, assignments);
    return this.get(scope, taskId, brand);
  }

  /** Throws bad_input for a proof that shows nothing, not_found for what is not assigned or out of scope. */
  async prove({ actor, scope, brand }: ForwardingAsk, taskId: string, forwarder: Forwarder, proof: ProofGiven): Promise<ForwardingTaskRow> {
    const { state, brandId } = await this.open(scope, brand);
    const now = this.stores.clock.now();
    dealerOf(state, scope, forwarder, now);
    const checked: CheckedProof = checkedProof(proof, now);
    await this.tasks.prove({ brandId, actor }, taskId, forwarder, checked);
    return this.get(scope, taskId, brand);
  }

  /** Takes an assignment back. Throws conflict for one that is proved or waived already. */
  async waive({ actor, scope, brand }: ForwardingAsk, taskId: string, forwarder: Forwarder, reason: string): Promise<ForwardingTaskRow> {
    const { state, brandId } = await this.open(scope, brand);
    dealerOf(state, scope, forwarder, this.stores.clock.now());
    const why = checkedText('reason', reason);
    if (why === null) throw noReason();
    const task = await this.tasks.find(brandId, taskId);
    const own = task?.assignments.find((each) => forwarderText(each.forwarder) === forwarderText(forwarder));
    if (own && own.proofs.length > 0) throw proved();
    await this.tasks.waive({ brandId, actor }, taskId, forwarder, why);
    return this.get(scope, taskId, brand);
  }

  /** One task with what the scope shows of it. Throws not_found. */
  async get(scope: BrandScope, taskId: string, brand?: string): Promise<ForwardingTaskRow> {
    const [task] = await this.list(scope, { taskId, brand });
    if (task) return task;
    throw noTask(taskId);
  }

  /** Tasks, the latest deadline first, each with the assignments that the scope shows; tasks without any are left out. */
  async list(scope: BrandScope, query: ForwardingQuery = {}): Promise<ForwardingTaskRow[]> {
    const { state, brandId } = await this.open(scope, query.brand);
    const at = query.asOf ?? this.stores.clock.now();
    const filter: ForwardingFilter = { taskId: query.taskId, dueFrom: query.dueFrom, dueTo: query.dueTo, recordedBy: query.asOf };
    const [then, now] = [visibleIn(state, scope, at), visibleIn(state, scope, this.stores.clock.now())];
    const visible: typeof now = (each) => then(each) && now(each);
    const shown: typeof now = (each) => visible(each) && (query.dealerId === undefined || each.dealerId === query.dealerId);
    const rows: ForwardingTaskRow[] = [];
    for await (const tasks of this.tasks.batches(brandId, filter))
      rows.push(...tasks.map((task) => taskRow(task, at, shown)).filter(({ assignments }) => assignments.length > 0));
    return rows;
  }

  /** How the forwarders, and the dealers over theirs, did what they were asked. Dealers first, each followed by its forwarders. */
  async completion(scope: BrandScope, query: ForwardingQuery = {}): Promise<ForwardingCompletion[]> {
    const { state } = await this.open(scope, query.brand);
    const names = dealerNames(state, query.asOf ?? this.stores.clock.now());
    const accounts = new Map(state.accounts.map((account) => [`${account.platform}/${account.accountId}`, account.name]));
    const assignments = (await this.list(scope, query)).flatMap((task) => task.assignments);
    const dealers = [...groupedBy(assignments, ({ dealerId }) => dealerId ?? '')].sort(([a], [b]) => (a < b ? -1 : 1));
    return dealers.flatMap(([id, own]): ForwardingCompletion[] => {
      const dealerId = id === '' ? null : id;
      const dealer = dealerId === null ? '未归属 Unassigned' : (names.get(dealerId) ?? dealerId);
      const forwarders = [...groupedBy(own, ({ forwarder }) => forwarderText(forwarder))].sort(([a], [b]) => (a < b ? -1 : 1));
      return [
        { level: 'dealer', forwarder: null, dealerId, name: dealer, ...completionOf(own) },
        ...forwarders.map(([text, parts]): ForwardingCompletion => ({
          level: 'forwarder',
          forwarder: parts[0].forwarder,
          dealerId,
          name: accounts.get(text) ?? text,
          ...completionOf(parts),
        })),
      ];
    });
  }

  private async open(scope: BrandScope, code: string | undefined): Promise<{ state: BrandState; brandId: number }> {
    checkedScope(scope);
    const { brandId } = await this.reader.brand(code);
    return { brandId, state: await this.reader.state(brandId) };
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();

function taskRow(task: StoredForwardingTask, at: number, shown: (each: StoredForwardingAssignment) => boolean): ForwardingTaskRow {
  const assignments = task.assignments.filter(shown).map((each) => assignmentRow(task, each, at));
  const counts = noStates();
  for (const { state } of assignments) counts[state] += 1;
  return { ...task, dueAt: iso(task.dueAt), createdAt: iso(task.createdAt), assignments, counts };
}

function assignmentRow({ dueAt }: StoredForwardingTask, given: StoredForwardingAssignment, at: number): ForwardingAssignment {
  const forwardedAt = given.proofs.map((proof) => proof.forwardedAt);
  const all = given.proofs.map((proof) => ({ ...proof, forwardedAt: iso(proof.forwardedAt), recordedAt: iso(proof.recordedAt) }));
  const proofs = newestProofs(all);
  return {
    forwarder: given.forwarder,
    dealerId: given.dealerId,
    state: forwardingState({ dueAt, waived: given.waiveReason !== null, forwardedAt }, at),
    assignedAt: iso(given.assignedAt),
    forwardedAt: forwardedAt.length === 0 ? null : iso(Math.min(...forwardedAt)),
    joins: knownSum(proofs.map(({ joins }) => joins)),
    joinUsers: knownPersons(proofs.map(({ joinUsers }) => joinUsers)),
    waiveReason: given.waiveReason,
    proofs,
  };
}

const keyOf = (state: BrandState, { platform, accountId }: { platform: Platform; accountId: string }): string =>
  accountKey(state.brand.brandId, platform, accountId).toString();

/** Staff belong to whoever sees their dealer. */
function visibleIn(state: BrandState, scope: BrandScope, at: number): (each: { forwarder: Forwarder; dealerId: string | null }) => boolean {
  const { accounts, dealers } = seenBy(scope, state, { from: at, to: at + 1 });
  return ({ forwarder }) =>
    forwarder.kind === 'account' ? inScope(accounts, keyOf(state, forwarder)) : isSeen(dealers, forwarder.dealerId);
}

/** The dealer that a forwarder belongs to now. Throws not_found where the brand, or the scope, does not have it. */
function dealerOf(state: BrandState, scope: BrandScope, forwarder: Forwarder, at: number): string | null {
  if (forwarder.kind === 'account') return ownershipAt(state, knownAccount(state, scope, forwarder, at), at)?.dealerId ?? null;
  checkedStaff(forwarder.staffId);
  const known = state.placements.some(({ dealerId }) => dealerId === forwarder.dealerId);
  if (known && visibleIn(state, scope, at)({ forwarder, dealerId: forwarder.dealerId })) return forwarder.dealerId;
  throw unknown(`${forwarder.dealerId}`);
}

function knownAccount(state: BrandState, scope: BrandScope, account: { platform: Platform; accountId: string }, at: number): string {
  const key = keyOf(state, account);
  const { accounts } = seenBy(scope, state, { from: at, to: at + 1 });
  if (inScope(accounts, key) && state.accounts.some(({ accountKey: known }) => known === key)) return key;
  throw unknown(`${account.platform}/${account.accountId}`);
}

/** Every staff account of a dealer but the one whose content it is. */
function outerOf(state: BrandState, dealerId: string, at: number, content: TaskGiven): Forwarder[] {
  return state.accounts
    .filter(({ accountKey: key }) => {
      const own = ownershipAt(state, key, at);
      return own?.dealerId === dealerId && own.ownerKind === 'staff' && key !== keyOf(state, content);
    })
    .map(({ platform, accountId }) => ({ kind: 'account', platform, accountId }));
}

function contentOf({ title, platform, accountId, contentKind, contentId }: TaskGiven) {
  const id = checkedText('contentId', contentId, 100);
  if ((contentKind === 'account') !== (id === null))
    throw new VitrineError(
      'bad_input',
      { zh: '缺少要转发的场次或视频', en: 'What is to be forwarded is not said' },
      {
        remedy: { zh: '给出场次ID或视频ID；只转发账号则不填', en: 'Give the id of the session or video; none for the account itself' },
        details: [{ field: 'contentId', message: 'does not fit contentKind' }],
      },
    );
  const name = checkedText('title', title) ?? `${contentKind} ${platform}/${accountId}${id === null ? '' : ` ${id}`}`;
  return { title: name, platform, accountId, contentKind, contentId: id };
}

const unknown = (name: string): VitrineError =>
  new VitrineError(
    'not_found',
    { zh: `未找到 ${name}`, en: `There is no ${name}` },
    { remedy: { zh: '请先导入账号与经销商，或更正编号', en: 'Import accounts and dealers first, or correct the id' } },
  );
const noTask = (taskId: string): VitrineError =>
  new VitrineError('not_found', { zh: `没有任务 ${taskId}`, en: `There is no task ${taskId}` });
const nobody = (): VitrineError =>
  new VitrineError(
    'bad_input',
    { zh: '没有指派对象', en: 'The task is assigned to nobody' },
    {
      remedy: { zh: '给出账号、员工，或有员工账号的经销商', en: 'Name accounts, staff, or a dealer with staff accounts' },
      details: [{ field: 'forwarders', message: 'empty' }],
    },
  );
const pastDeadline = (): VitrineError =>
  new VitrineError(
    'bad_input',
    { zh: '截止时间已过', en: 'The deadline has passed' },
    { remedy: { zh: '请给出将来的时间', en: 'Give an instant of the future' }, details: [{ field: 'dueAt', message: 'in the past' }] },
  );
const noReason = (): VitrineError =>
  new VitrineError(
    'bad_input',
    { zh: '豁免需要理由', en: 'A waiver needs its reason' },
    { remedy: { zh: '请填写理由', en: 'Say why' }, details: [{ field: 'reason', message: 'empty' }] },
  );
const proved = (): VitrineError =>
  new VitrineError('conflict', { zh: '已有转发凭证，无需豁免', en: 'It is proved already: there is nothing to waive' });
