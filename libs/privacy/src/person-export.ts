import { monthText } from '@app/contracts';
import { StateReader, recordAct } from '@app/database';
import { withUndeclared } from '@app/reports';
import { entriesTable, commentsTable, type FactTable } from '@app/warehouse';
import { type Person, type PersonGiven, hexOf, personOf } from './person-keys';
import { checkedReason, reasonNamesPerson } from './privacy-errors';
import type { PrivacyAsk, PrivacyStores } from './privacy-stores';

/** Rows of one kind that are answered; who has more is told so. */
const MOST = 200_000;

type Row = Record<string, unknown>;

/** Everything that is held about a person, under whatever version of the key. Instants ISO 8601. */
export interface PersonExport {
  platform: string;
  exportedAt: string;
  /** Every delivery of an entry and of a comment, replaced ones too. */
  entries: Row[];
  comments: Row[];
  /** What was computed of them, by account and business month. */
  months: Row[];
  /** Lists of cases that leave entries out. */
  excluded: Row[];
  declarations: Row[];
  sentinelProposals: Row[];
  waitingComments: number;
  /** Deletions of this person. */
  deletions: Row[];
  /** A list was longer than an answer holds. */
  cut: boolean;
}

/** Answers what is held about a person (docs/adr/0033); the audit log says that, who and why, never whom. */
export class PersonExportService {
  private readonly states: StateReader;

  constructor(private readonly stores: PrivacyStores) {
    this.states = new StateReader(stores.dataSource, stores.secret);
  }

  /** Throws bad_input for no reason or no raw id, conflict for a sentinel. */
  async export(ask: PrivacyAsk, given: PersonGiven): Promise<PersonExport> {
    const reason = checkedReason(ask.reason);
    if (given.viewer.trim() !== '' && reason.includes(given.viewer.trim())) throw reasonNamesPerson();
    const { brandId, actor } = ask;
    const person = await personOf(this.stores, brandId, given);
    const [entries, comments, months, excluded] = await Promise.all([
      this.facts(brandId, entriesTable, person, 'entered_at'),
      this.facts(brandId, commentsTable, person, 'at'),
      this.months(brandId, person),
      this.excluded(brandId, person),
    ]);
    const state = await this.ofState(brandId, person);
    await this.stores.dataSource.transaction((tx) =>
      recordAct(tx, {
        ...{ brandId, actor, reason, action: 'person.export', subject: 'person', before: null },
        after: { platform: person.platform, entries: entries.length, comments: comments.length },
      }),
    );
    const cut = [entries, comments, months, excluded].some((rows) => rows.length >= MOST);
    const exportedAt = new Date(this.stores.clock.now()).toISOString();
    return { platform: person.platform, exportedAt, entries, comments, months, excluded, ...state, cut };
  }

  private async names(brandId: number): Promise<Map<string, string>> {
    const { accounts } = await withUndeclared(this.stores.warehouse, await this.states.state(brandId));
    return new Map(accounts.map(({ accountKey, platform, accountId }) => [accountKey, `${platform}/${accountId}`]));
  }

  private async facts(brandId: number, table: FactTable, { keys }: Person, at: string): Promise<Row[]> {
    const columns = [...table.identity, ...table.payload, 'source', 'retracted', 'observed_at', 'ingested_at'].filter(
      (column) => !column.endsWith('_key') && column !== 'month',
    );
    return this.rows(
      brandId,
      keys,
      `SELECT toString(account_key) AS account, ${columns.join(', ')} FROM ${table.name}_landing
WHERE brand_id = {brandId: UInt32} AND viewer_key IN {keys: Array(UInt64)} ORDER BY ${at} LIMIT ${MOST}`,
    );
  }

  private async months(brandId: number, { keys }: Person): Promise<Row[]> {
    const rows = await this.rows(
      brandId,
      keys,
      `SELECT toString(account_key) AS account, month, visits, is_viewer, is_live, known_dwell FROM rollup(viewer_month)
WHERE brand_id = {brandId: UInt32} AND viewer_key IN {keys: Array(UInt64)} ORDER BY month LIMIT ${MOST}`,
    );
    return rows.map((row) => {
      const month = Number(row.month);
      const adjusted = month > 1_000_000; // rows of the adjusted basis stand under months of their own (docs/adr/0029)
      return { ...row, month: monthText(adjusted ? month - 1_000_000 : month), basis: adjusted ? 'adjusted' : 'raw' };
    });
  }

  private excluded(brandId: number, { keys }: Person): Promise<Row[]> {
    return this.rows(
      brandId,
      keys,
      `SELECT toString(account_key) AS account, toString(exclusion_id) AS exclusionId, entered_at FROM excluded_entries
WHERE brand_id = {brandId: UInt32} AND viewer_key IN {keys: Array(UInt64)} ORDER BY entered_at LIMIT ${MOST}`,
    );
  }

  private async rows(brandId: number, keys: readonly string[], sql: string): Promise<Row[]> {
    const names = await this.names(brandId);
    const found = await this.stores.warehouse.query<Row>({
      ...{ name: 'privacy.export', sql, maxSeconds: 600 },
      params: { brandId, keys: keys.map(BigInt) },
    });
    return found.map((row) => ({ ...row, account: names.get(String(row.account)) ?? row.account }));
  }

  private async ofState(
    brandId: number,
    { keys }: Person,
  ): Promise<Pick<PersonExport, 'declarations' | 'sentinelProposals' | 'waitingComments' | 'deletions'>> {
    const { dataSource } = this.stores;
    const hexes = keys.map(hexOf);
    const ask = <Found>(sql: string, given: unknown): Promise<Found[]> => dataSource.query(sql, [brandId, given]) as Promise<Found[]>;
    const [declarations, sentinelProposals, [{ waiting }], deletions] = await Promise.all([
      ask<Row>(
        `SELECT declaration_id AS "declarationId", platform, account_id AS "accountId", dealer_id AS "dealerId", from_at AS "from", to_at AS "to", detail
         FROM declaration WHERE brand_id = $1 AND viewer_keys && $2::text[]`,
        keys,
      ),
      ask<Row>(
        `SELECT platform, entries, rooms, first_seen_at AS "firstSeenAt", last_seen_at AS "lastSeenAt", state
         FROM sentinel_proposal WHERE brand_id = $1 AND split_part(viewer, ':', 2) = ANY ($2)`,
        hexes,
      ),
      ask<{ waiting: number }>(
        `SELECT count(*)::int AS waiting FROM webhook_message, jsonb_array_elements(content -> 'comments') AS one
         WHERE content ->> 'what' = 'comments' AND split_part(coalesce(one -> 'viewers' ->> $1::text, ''), ':', 2) = ANY ($2)`,
        hexes,
      ),
      ask<Row>(
        `SELECT erasure_id AS "erasureId", requested_at AS "requestedAt", state, blocked FROM person_erasure
         WHERE brand_id = $1 AND erasure_id IN (SELECT erasure_id FROM erased_viewer v WHERE v.brand_id = $1 AND viewer_key = ANY ($2))`,
        keys,
      ),
    ]);
    return { declarations, sentinelProposals, waitingComments: waiting, deletions };
  }
}
