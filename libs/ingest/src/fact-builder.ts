import type { ImportKind, Platform } from '@app/contracts';
import { businessMonth, monthNumber, monthPeriod } from '@app/contracts';
import { FACT_TABLES, FactRow, FactTable, ViewerKeys, accountKey, textKey } from '@app/warehouse';
import { PROBLEMS, Rejected } from './problems';
import type { ParsedRow } from './row-parser';

/** The table of a fact kind. */
export function factTableOf(kind: ImportKind): FactTable {
  const table = FACT_TABLES.find(({ name }) => name === kind.table);
  if (!table) throw new Error(`no fact table for import kind ${kind.name}`);
  return table;
}

/** `enteredAt` → `entered_at`, `viewsOver1Min` → `views_over_1_min`. */
export function columnOf(field: string): string {
  return field.replace(/(\d+|[A-Z])/g, (part) => `_${part.toLowerCase()}`);
}

/** Business months as numbers (`202610`), one zone: the spans seen so far are remembered. */
export function monthReader(zone: string): (ms: number) => number {
  const spans: { from: number; to: number; month: number }[] = [];
  let last = { from: 0, to: 0, month: 0 };
  return (ms) => {
    if (ms >= last.from && ms < last.to) return last.month;
    let span = spans.find(({ from, to }) => ms >= from && ms < to);
    if (!span) {
      const month = businessMonth(ms, zone);
      span = { ...monthPeriod(month, zone), month: monthNumber(month) };
      spans.push(span);
    }
    last = span;
    return span.month;
  };
}

export interface FactContext {
  brandId: number;
  zone: string;
  viewerKeys: ViewerKeys;
  /** Keys of deleted persons: their rows are refused. */
  erased?: ReadonlySet<bigint>;
  /** Keys that the state knows beside the entries (sentinels, staff): what they become at the next change is noted. */
  carried?: { of: ReadonlySet<bigint>; found: Map<bigint, { next: bigint; at: number }> };
  deliveryId: bigint | string;
  ingestedAt: number;
  /** For rows that do not carry observedAt, epoch ms. */
  observedAt: number;
  source: string;
}

export interface AccountSeen {
  key: bigint;
  platform: string;
  accountId: string;
}

/** Turns parsed rows of one fact kind into rows of its table. Raw viewer ids go no further than this class. */
export class FactBuilder {
  readonly table: FactTable;
  private readonly template: FactRow;
  private readonly plain: [field: string, column: string][];
  private readonly monthOf: (ms: number) => number;
  private lastAccount: AccountSeen | null = null;

  constructor(
    kind: ImportKind,
    private readonly context: FactContext,
    /** Gets the accounts that rows are built for, by platform and id. */
    private readonly accounts: Map<string, AccountSeen>,
  ) {
    this.table = factTableOf(kind);
    const { columns } = this.table;
    this.template = {};
    for (const [column, type] of Object.entries(columns))
      this.template[column] = type.includes('String') && !type.startsWith('Nullable') ? '' : null;
    Object.assign(this.template, {
      brand_id: context.brandId,
      retracted: 0,
      delivery_id: BigInt(context.deliveryId),
      ingested_at: context.ingestedAt,
    });
    for (const key of ['viewer_key', 'next_viewer_key', 'entry_key', 'comment_key']) if (key in columns) this.template[key] = 0n;
    this.plain = kind.fields.map(({ name }): [string, string] => [name, columnOf(name)]).filter(([, column]) => column in columns);
    this.monthOf = monthReader(context.zone);
  }

  /** The row of the table, or why there is none. */
  build(parsed: ParsedRow): FactRow | Rejected {
    const row: FactRow = { ...this.template };
    for (const [field, column] of this.plain) {
      const value = parsed[field];
      if (value !== undefined) row[column] = value as string | number;
    }
    row.observed_at ??= this.context.observedAt;
    if (row.source === '') row.source = this.context.source;
    if ('account_key' in row) row.account_key = this.accountOf(parsed.platform as string, parsed.accountId as string).key;
    if ('viewer_key' in row) {
      const wrong = this.hash(row, parsed);
      if (wrong) return wrong;
    }
    return this.derive(row);
  }

  /** Puts the viewer's key in force at the row's own instant, and before a change the next one (entries), into the row. */
  private hash(row: FactRow, parsed: ParsedRow): Rejected | null {
    const { viewerKeys, carried, erased } = this.context;
    const viewer = (parsed.viewer ?? '') as string;
    const platform = parsed.platform as Platform;
    const at = (row.entered_at ?? row.at) as number;
    const key = viewer === '' ? 0n : viewerKeys.keyOf(platform, viewer, at);
    if (key === null) return new Rejected(PROBLEMS.viewerKey, 'viewer');
    row.viewer_key = key;
    const gone = erased?.has(key) ? new Rejected(PROBLEMS.erased, 'viewer') : null;
    if (!('next_viewer_key' in row) || key === 0n) return gone;
    const next =
      parsed.nextViewer === undefined
        ? viewerKeys.nextKeyOf(platform, viewer, at)
        : viewerKeys.importedNextKey(parsed.nextViewer as string, at);
    if (next === null) return new Rejected(PROBLEMS.viewerKey, 'nextViewer');
    row.next_viewer_key = next;
    if (next !== 0n && carried?.of.has(key)) carried.found.set(key, { next, at });
    return gone;
  }

  private derive(row: FactRow): FactRow | Rejected {
    switch (this.table.name) {
      case 'entries':
        row.month = this.monthOf(row.entered_at as number);
        if (row.viewer_key === 0n && row.entry_id !== '') row.entry_key = textKey(row.entry_id as string);
        return row;
      case 'sessions':
        return row.ended_at !== null && (row.ended_at as number) < (row.started_at as number)
          ? new Rejected(PROBLEMS.order, 'endedAt')
          : row;
      case 'comments':
        row.comment_key = textKey(row.comment_id as string);
        return row;
      case 'leads':
        row.lead_key = textKey(
          row.lead_id !== '' ? (row.lead_id as string) : ['\0', row.session_id, row.day, row.count, row.paid].map(String).join('\0'),
        );
        return row;
      default:
        return row;
    }
  }

  private accountOf(platform: string, accountId: string): AccountSeen {
    const last = this.lastAccount;
    if (last && last.accountId === accountId && last.platform === platform) return last;
    const id = `${platform}\0${accountId}`;
    let account = this.accounts.get(id);
    if (!account) {
      account = { key: accountKey(this.context.brandId, platform as Platform, accountId), platform, accountId };
      this.accounts.set(id, account);
    }
    this.lastAccount = account;
    return account;
  }
}
