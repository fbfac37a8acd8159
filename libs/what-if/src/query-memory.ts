import { createHash } from 'node:crypto';
import { VitrineError } from '@app/contracts';
import type { NamedQuery, Warehouse } from '@app/warehouse';

interface KnownRows {
  rows: Promise<readonly unknown[]>;
  /** About how many bytes they take. */
  size: number;
}

/** Bytes of rows, about, that are remembered over all questions: a year of 5,000 accounts has some 150,000 rows, 50 MB. */
const BYTES = 400_000_000;
/** Moments (of a brand and an asker) whose rows are remembered: what has been delivered since makes another one. */
const MOMENTS = 8;

/**
 * The rows of queries that were asked at one moment, by their text and parameters: what a question with other prices, weights or bounds would read again is
 * already here. Rows of the moment that was asked about longest ago leave first, then those that were.
 */
export class QueryMemory {
  private readonly known = new Map<string, KnownRows>();
  private readonly moments = new Set<string>();

  constructor(
    private readonly limit = BYTES,
    private readonly mostMoments = MOMENTS,
  ) {}

  /** `scope`: what else decides the rows (brand, moment, asker). Nobody may change the rows. */
  rows(scope: string, query: NamedQuery, read: () => Promise<readonly unknown[]>): Promise<readonly unknown[]> {
    this.use(scope);
    const key = `${scope} ${keyOf(query)}`;
    const found = this.known.get(key);
    this.known.delete(key);
    const known = found ?? { rows: read(), size: 0 };
    this.known.set(key, known); // the one asked last leaves last
    if (!found)
      known.rows.then(
        (rows) => this.took(known, sizeOf(rows)),
        () => this.known.get(key) === known && this.known.delete(key),
      );
    return known.rows;
  }

  get size(): number {
    return this.known.size;
  }

  private use(moment: string): void {
    this.moments.delete(moment);
    this.moments.add(moment);
    if (this.moments.size <= this.mostMoments) return;
    const [oldest] = this.moments;
    this.moments.delete(oldest);
    for (const key of this.known.keys()) if (key.startsWith(`${oldest} `)) this.known.delete(key);
  }

  private took(known: KnownRows, size: number): void {
    known.size = size;
    let all = [...this.known.values()].reduce((sum, each) => sum + each.size, 0);
    for (const [key, each] of this.known) {
      if (all <= this.limit || each === known) return;
      all -= each.size;
      this.known.delete(key);
    }
  }
}

const SAMPLE = 100;
/** Of an object beside its text, about. */
const ROW_BYTES = 100;

/** Bytes that rows take, about: out of some of them, evenly taken. A wide row counts for more than a narrow one. */
function sizeOf(rows: readonly unknown[]): number {
  const step = Math.max(1, Math.floor(rows.length / SAMPLE));
  let [bytes, taken] = [0, 0];
  for (let at = 0; at < rows.length; at += step, taken++) bytes += ROW_BYTES + 2 * textOf(rows[at]).length;
  return taken === 0 ? 0 : Math.ceil((bytes / taken) * rows.length);
}

function keyOf({ name, sql, params = {} }: NamedQuery): string {
  const hash = createHash('sha256').update(name).update(sql);
  // of parameters that the text does not name nothing depends
  for (const [param, value] of Object.entries(params)) if (sql.includes(`{${param}:`)) hash.update(`\0${param}\0${textOf(value)}`);
  return hash.digest('base64');
}

const textOf = (value: unknown): string => JSON.stringify(value, (_, own: unknown) => (typeof own === 'bigint' ? `${own}n` : own)) ?? '';

/** How queries of one question are asked. */
export interface Asking {
  memory: QueryMemory;
  /** Brand, moment and asker. */
  scope: string;
  /** Ends the queries that form visits. */
  signal?: AbortSignal;
  /** Called before a query goes to the store. */
  onQuery?: (query: NamedQuery) => void;
}

const READS = new Set<string | symbol>(['instant', 'address', 'then']);

/**
 * A warehouse that can only be read, and that knows what was read before. Whatever would write is refused: a question about what might have been cannot
 * touch what was.
 */
export function readOnlyWarehouse(warehouse: Warehouse, { memory, scope, signal, onQuery }: Asking): Warehouse {
  const query = (asked: NamedQuery): Promise<readonly unknown[]> => {
    // what others may wait for as well is read to its end
    const own = asked.params?.chunk === undefined ? undefined : signal;
    own?.throwIfAborted();
    return memory.rows(scope, asked, () => {
      onQuery?.(asked);
      return warehouse
        .query({ ...asked, signal: own, maxSeconds: Math.max(asked.maxSeconds ?? 0, MAX_SECONDS) })
        .then((rows) => Object.freeze(rows));
    });
  };
  return new Proxy(warehouse, {
    get(target, name) {
      if (name === 'query') return query;
      if (READS.has(name)) return Reflect.get(target, name, target) as unknown;
      return () => {
        throw new VitrineError('internal', {
          en: `A question what if may not use ${String(name)} of the warehouse.`,
          zh: `假设测算不得使用仓库的 ${String(name)}。`,
        });
      };
    },
  });
}

const MAX_SECONDS = 300;
