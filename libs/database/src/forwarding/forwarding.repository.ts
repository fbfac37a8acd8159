import { VitrineError, forwarderText, type Actor, type ForwardedKind, type Forwarder, type Platform } from '@app/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import { recordAct } from '../audit/act.repository';

/** A task as it is written; instants epoch ms. */
export interface NewForwardingTask {
  taskId: string;
  title: string;
  platform: Platform;
  accountId: string;
  contentKind: ForwardedKind;
  contentId: string | null;
  dueAt: number;
}

/** A forwarder with the dealer that it belongs to at the moment. */
export interface NewForwardingAssignment {
  forwarder: Forwarder;
  dealerId: string | null;
}

export interface NewForwardingProof {
  forwardedAt: number;
  link: string | null;
  textReference: string | null;
  joins: number | null;
  joinUsers: number | null;
  joinSource: string | null;
}

export interface StoredForwardingProof extends NewForwardingProof {
  recordedAt: number;
}

export interface StoredForwardingAssignment extends NewForwardingAssignment {
  assignedAt: number;
  waiveReason: string | null;
  /** In the order of their recording. */
  proofs: StoredForwardingProof[];
}

export interface StoredForwardingTask extends NewForwardingTask {
  createdAt: number;
  assignments: StoredForwardingAssignment[];
}

/** Which tasks: one, or those due in [dueFrom, dueTo); `recordedBy`: only what was recorded by that instant. Epoch ms. */
export interface ForwardingFilter {
  taskId?: string;
  dueFrom?: number;
  dueTo?: number;
  recordedBy?: number;
}

/** Who decides, in which brand. */
export interface ForwardingDecision {
  brandId: number;
  actor: Actor;
}

/** Forwarding tasks: rows are only ever added, and every decision is written down. */
export class ForwardingRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Is there a task of this id? */
  async has(brandId: number, taskId: string): Promise<boolean> {
    const rows = (await this.dataSource.query('SELECT 1 FROM forwarding_task WHERE brand_id = $1 AND task_id = $2', [
      brandId,
      taskId,
    ])) as unknown[];
    return rows.length > 0;
  }

  /** Makes the task (unless it is there) and adds the assignments that it does not have yet; answers how many. Throws conflict for a task of another content or deadline. */
  async assign(
    { brandId, actor }: ForwardingDecision,
    task: NewForwardingTask,
    assignments: readonly NewForwardingAssignment[],
  ): Promise<number> {
    return this.dataSource.transaction(async (tx) => {
      const { taskId, title, platform, accountId, contentKind, contentId, dueAt } = task;
      await tx.query(
        `INSERT INTO forwarding_task (brand_id, task_id, title, platform, account_id, content_kind, content_id, due_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, to_timestamp($8::numeric / 1000))
         ON CONFLICT DO NOTHING`,
        [brandId, taskId, title, platform, accountId, contentKind, contentId, dueAt],
      );
      await sameTask(tx, brandId, task);
      const added: string[] = [];
      for (const { forwarder, dealerId } of assignments) {
        const account = forwarder.kind === 'account' ? forwarder : null;
        const rows = (await tx.query(
          `INSERT INTO forwarding_assignment (brand_id, task_id, forwarder, platform, account_id, dealer_id, staff_id)
           VALUES ($1, $2, $3, $4, $5, $6, $7)
           ON CONFLICT DO NOTHING
           RETURNING forwarder`,
          [
            brandId,
            taskId,
            forwarderText(forwarder),
            account?.platform ?? null,
            account?.accountId ?? null,
            dealerId,
            forwarder.kind === 'staff' ? forwarder.staffId : null,
          ],
        )) as { forwarder: string }[];
        added.push(...rows.map((row) => row.forwarder));
      }
      if (added.length > 0) await this.record(tx, { brandId, actor }, 'forwarding.assign', taskId, { ...task, forwarders: added }, null);
      return added.length;
    });
  }

  /** Throws not_found for what was never assigned. */
  async prove(decision: ForwardingDecision, taskId: string, forwarder: Forwarder, proof: NewForwardingProof): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      const { brandId } = decision;
      const name = forwarderText(forwarder);
      await assigned(tx, brandId, taskId, name);
      const { forwardedAt, link, textReference, joins, joinUsers, joinSource } = proof;
      await tx.query(
        `INSERT INTO forwarding_proof (brand_id, task_id, forwarder, forwarded_at, link, text_reference, joins, join_users, join_source)
         VALUES ($1, $2, $3, to_timestamp($4::numeric / 1000), $5, $6, $7, $8, $9)`,
        [brandId, taskId, name, forwardedAt, link, textReference, joins, joinUsers, joinSource],
      );
      await this.record(tx, decision, 'forwarding.prove', taskId, { forwarder: name, ...proof }, null);
    });
  }

  /** Throws not_found for what was never assigned, conflict for what is taken back already. */
  async waive(decision: ForwardingDecision, taskId: string, forwarder: Forwarder, reason: string): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      const { brandId } = decision;
      const name = forwarderText(forwarder);
      await assigned(tx, brandId, taskId, name);
      const rows = (await tx.query(
        `INSERT INTO forwarding_waiver (brand_id, task_id, forwarder, reason) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING task_id`,
        [brandId, taskId, name, reason],
      )) as unknown[];
      if (rows.length === 0)
        throw new VitrineError(
          'conflict',
          { zh: '该任务已豁免', en: 'The assignment is waived already' },
          { details: [{ field: 'forwarder', message: name }] },
        );
      await this.record(tx, decision, 'forwarding.waive', taskId, { forwarder: name }, reason);
    });
  }

  /** Tasks with their assignments and proofs, the latest deadline first, some hundred at a time: whoever keeps what they may show holds no more. */
  async *batches(brandId: number, { taskId, dueFrom, dueTo, recordedBy }: ForwardingFilter): AsyncGenerator<StoredForwardingTask[]> {
    const asked = [brandId, taskId ?? null, dueFrom ?? null, dueTo ?? null, recordedBy ?? null];
    for (let last: StoredForwardingTask | undefined; ;) {
      const after = [last?.dueAt ?? null, last?.taskId ?? null];
      const rows = (await this.dataSource.query(LIST, [...asked, ...after])) as { task: StoredForwardingTask }[];
      if (rows.length > 0) yield rows.map(({ task }) => task);
      if (rows.length < TASKS_AT_ONCE) return;
      last = rows[rows.length - 1].task;
    }
  }

  /** One task; null: there is none. */
  async find(brandId: number, taskId: string): Promise<StoredForwardingTask | null> {
    for await (const [task] of this.batches(brandId, { taskId })) return task;
    return null;
  }

  private async record(
    tx: EntityManager,
    { brandId, actor }: ForwardingDecision,
    action: string,
    subject: string,
    after: unknown,
    reason: string | null,
  ): Promise<void> {
    await recordAct(tx, { brandId, actor, action, subject, before: null, after, reason });
  }
}

/** Tasks of one reading, each with its assignments and proofs. */
const TASKS_AT_ONCE = 500;

const MS = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::bigint`;
const RECORDED = (table: string): string => `($5::numeric IS NULL OR ${table}.recorded_at <= to_timestamp($5::numeric / 1000))`;

const PROOFS = `SELECT coalesce(jsonb_agg(jsonb_build_object(
    'forwardedAt', ${MS('proof.forwarded_at')}, 'link', proof.link, 'textReference', proof.text_reference, 'joins', proof.joins,
    'joinUsers', proof.join_users, 'joinSource', proof.join_source, 'recordedAt', ${MS('proof.recorded_at')}
  ) ORDER BY proof.proof_id), '[]')
  FROM forwarding_proof AS proof
  WHERE proof.brand_id = part.brand_id AND proof.task_id = part.task_id AND proof.forwarder = part.forwarder AND ${RECORDED('proof')}`;

const ASSIGNMENTS = `SELECT coalesce(jsonb_agg(jsonb_build_object(
    'forwarder', CASE WHEN part.staff_id IS NULL
      THEN jsonb_build_object('kind', 'account', 'platform', part.platform, 'accountId', part.account_id)
      ELSE jsonb_build_object('kind', 'staff', 'dealerId', part.dealer_id, 'staffId', part.staff_id) END,
    'dealerId', part.dealer_id, 'assignedAt', ${MS('part.recorded_at')}, 'waiveReason', waiver.reason, 'proofs', (${PROOFS})
  ) ORDER BY part.forwarder), '[]')
  FROM forwarding_assignment AS part
  LEFT JOIN forwarding_waiver AS waiver
    ON waiver.brand_id = part.brand_id AND waiver.task_id = part.task_id AND waiver.forwarder = part.forwarder AND ${RECORDED('waiver')}
  WHERE part.brand_id = task.brand_id AND part.task_id = task.task_id AND ${RECORDED('part')}`;

const LIST = `SELECT jsonb_build_object(
    'taskId', task.task_id, 'title', task.title, 'platform', task.platform, 'accountId', task.account_id, 'contentKind', task.content_kind,
    'contentId', task.content_id, 'dueAt', ${MS('task.due_at')}, 'createdAt', ${MS('task.recorded_at')}, 'assignments', (${ASSIGNMENTS})
  ) AS task
  FROM forwarding_task AS task
  WHERE task.brand_id = $1
    AND ($2::text IS NULL OR task.task_id = $2)
    AND ($3::numeric IS NULL OR task.due_at >= to_timestamp($3::numeric / 1000))
    AND ($4::numeric IS NULL OR task.due_at < to_timestamp($4::numeric / 1000))
    AND ${RECORDED('task')}
    AND ($6::numeric IS NULL OR task.due_at < to_timestamp($6::numeric / 1000) OR (task.due_at = to_timestamp($6::numeric / 1000)::timestamptz(3) AND task.task_id > $7))
  ORDER BY task.due_at DESC, task.task_id
  LIMIT ${TASKS_AT_ONCE}`;

/** Of what is stored, whoever came first. */
async function sameTask(tx: EntityManager, brandId: number, { taskId, ...task }: NewForwardingTask): Promise<void> {
  const rows = (await tx.query(
    `SELECT 1 FROM forwarding_task
     WHERE brand_id = $1 AND task_id = $2 AND platform = $3 AND account_id = $4 AND content_kind = $5
       AND content_id IS NOT DISTINCT FROM $6 AND due_at = to_timestamp($7::numeric / 1000)::timestamptz(3)`,
    [brandId, taskId, task.platform, task.accountId, task.contentKind, task.contentId, task.dueAt],
  )) as unknown[];
  if (rows.length > 0) return;
  throw new VitrineError(
    'conflict',
    { zh: `任务 ${taskId} 已存在，内容或截止时间不同`, en: `Task ${taskId} exists, with another content or deadline` },
    { remedy: { zh: '任务不能修改：请换一个编号', en: 'Tasks are never edited: give another id' } },
  );
}

async function assigned(tx: EntityManager, brandId: number, taskId: string, forwarder: string): Promise<void> {
  const rows = (await tx.query('SELECT 1 FROM forwarding_assignment WHERE brand_id = $1 AND task_id = $2 AND forwarder = $3', [
    brandId,
    taskId,
    forwarder,
  ])) as unknown[];
  if (rows.length > 0) return;
  throw new VitrineError(
    'not_found',
    { zh: `任务 ${taskId} 没有指派给 ${forwarder}`, en: `Task ${taskId} is not assigned to ${forwarder}` },
    { remedy: { zh: '用 vitrine forwarding list 查看任务与指派对象', en: 'See vitrine forwarding list for tasks and forwarders' } },
  );
}
