import type { Bilingual } from '@app/contracts';
import type { EntityManager } from 'typeorm';

/** Why a row was not taken. `index` is its place among the rows given; `text` never holds a viewer or a token. */
export interface RowRejection {
  index: number;
  field: string;
  text: Bilingual;
}

/** What became of the rows: new, changed, the same as before, refused. The four add up to the rows given. */
export interface UpsertResult {
  accepted: number;
  replaced: number;
  unchanged: number;
  rejected: RowRejection[];
  /** What the change means elsewhere; absent when there is nothing to say. */
  notes?: Bilingual[];
}

export type Refusal = Omit<RowRejection, 'index'>;
/** A row as it will be stored, in canonical form (fixed key order, canonical decimals), or why not. */
export type Judgement<Item> = { item: Item } | { refusal: Refusal };

/** How one kind is stored. */
export interface KindStore<Row, Item> {
  /** What is stored, by identity. */
  stored: Map<string, Item>;
  identity(item: Item): string;
  /** Two rows of one call that say different things of one identity contradict each other: the later one is refused. */
  once?: true;
  /** Checks a row; `current` is the state with the rows before it applied. */
  judge(row: Row, current: ReadonlyMap<string, Item>): Judgement<Item>;
  write(tx: EntityManager, items: Item[]): Promise<void>;
  /** What is to be said of a change. */
  notes?(items: readonly Item[]): Bilingual[];
}

export const refuse = (field: string, zh: string, en: string): { refusal: Refusal } => ({ refusal: { field, text: { zh, en } } });

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

interface Planned<Item> {
  item: Item;
  indexes: number[];
}

/** What one identity was before a call (null: new), and is after it. */
export interface Change<Item> {
  before: Item | null;
  after: Item;
}

/**
 * Applies rows to a kind inside a transaction: the last row of an identity holds, what did not change is not written, a refused row leaves the
 * others alone. Rows refused only because of rows further down (a card that still overlaps one that ends later in the file) are tried again.
 * `onWritten` gets what was really changed.
 */
export async function upsertRows<Row, Item>(
  tx: EntityManager,
  rows: readonly Row[],
  store: KindStore<Row, Item>,
  onWritten?: (changes: Change<Item>[]) => Promise<void>,
): Promise<UpsertResult> {
  const result: UpsertResult = { accepted: 0, replaced: 0, unchanged: 0, rejected: [] };
  const current = new Map(store.stored);
  const changed = new Map<string, Planned<Item>>();
  const said = new Map<string, Item>();
  let pending = rows.map((_, index) => index);
  for (let progress = true; progress && pending.length > 0;) {
    result.rejected = [];
    const refused: number[] = [];
    for (const index of pending) {
      const judged = store.judge(rows[index], current);
      if ('refusal' in judged) {
        result.rejected.push({ index, ...judged.refusal });
        refused.push(index);
        continue;
      }
      const key = store.identity(judged.item);
      if (store.once && said.has(key) && !same(said.get(key), judged.item)) {
        result.rejected.push({ index, ...contradiction() });
        refused.push(index);
        continue;
      }
      said.set(key, judged.item);
      const before = current.get(key);
      if (before === undefined) result.accepted++;
      else if (same(before, judged.item)) result.unchanged++;
      else result.replaced++;
      if (before !== undefined && same(before, judged.item)) continue;
      current.set(key, judged.item);
      changed.set(key, { item: judged.item, indexes: [...(changed.get(key)?.indexes ?? []), index] });
    }
    progress = refused.length < pending.length;
    pending = refused;
  }
  for (const [key, { item }] of changed) if (same(store.stored.get(key), item)) changed.delete(key);
  await writeAll(tx, [...changed.values()], store, result);
  const lost = new Set(result.rejected.map(({ index }) => index));
  const written = [...changed.values()].filter(({ indexes }) => !indexes.some((index) => lost.has(index)));
  if (onWritten && written.length > 0)
    await onWritten(written.map(({ item }) => ({ before: store.stored.get(store.identity(item)) ?? null, after: item })));
  const notes = store.notes?.([...changed.values()].map(({ item }) => item)) ?? [];
  return notes.length > 0 ? { ...result, notes } : result;
}

const contradiction = () =>
  refuse(
    '',
    '同一文件中对同一对象给出了不同内容：请只保留正确的一行',
    'Another row of the same file says something else of this identity: keep the one that is right',
  ).refusal;

/** The checks above should leave nothing for the database to refuse. If it does, only the rows at fault are lost. */
async function writeAll<Row, Item>(
  tx: EntityManager,
  planned: Planned<Item>[],
  store: KindStore<Row, Item>,
  result: UpsertResult,
): Promise<void> {
  if (
    planned.length === 0 ||
    (await guarded(tx, () =>
      store.write(
        tx,
        planned.map(({ item }) => item),
      ),
    )) === null
  )
    return;
  for (const one of planned) {
    const constraint = await guarded(tx, () => store.write(tx, [one.item]));
    if (constraint === null) continue;
    const counted = store.stored.has(store.identity(one.item)) ? 'replaced' : 'accepted';
    for (const index of one.indexes) {
      if (result[counted] > 0) result[counted]--;
      else result.replaced--;
      result.rejected.push({
        index,
        field: '',
        text: {
          zh: `该行违反了数据库约束 ${constraint}，请核对各字段的取值`,
          en: `The row breaks the constraint ${constraint}: check the values of its fields`,
        },
      });
    }
  }
}

/** Runs under a savepoint. Null when done; the constraint's name when the database refused the values (SQLSTATE classes 22 and 23). */
async function guarded(tx: EntityManager, write: () => Promise<void>): Promise<string | null> {
  await tx.query('SAVEPOINT rows');
  try {
    await write();
    await tx.query('RELEASE SAVEPOINT rows');
    return null;
  } catch (cause) {
    await tx.query('ROLLBACK TO SAVEPOINT rows');
    const { code, constraint } = (cause as { driverError?: { code?: string; constraint?: string } }).driverError ?? {};
    if (!code || !/^2[23]/.test(code)) throw cause;
    return constraint ?? code;
  }
}
