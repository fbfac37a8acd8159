import type { Brand, ImportKind } from '@app/contracts';
import { SINCE_EVER, StateKind, listState } from '@app/database';
import type { ExportRequest, ExportedRow } from './export-request';
import type { IngestStores } from './import-request';
import { stateFields } from './state-mapping';

/** Rows of a state kind as fields; instants ISO 8601. Optional `account` narrows kinds that have accounts. */
export async function* exportedState(
  stores: IngestStores,
  brand: Brand,
  kind: ImportKind,
  request: ExportRequest,
): AsyncGenerator<ExportedRow> {
  const rows = await listState(stores.dataSource, stores.secret, brand.brandId, kind.name as StateKind);
  const instants = kind.fields.filter((field) => field.type === 'instant').map((field) => field.name);
  for (const row of rows) {
    const fields = stateFields(kind.name as StateKind, row);
    if (request.account !== undefined && !ofAccount(fields, request.account)) continue;
    for (const name of instants) if (typeof fields[name] === 'number') fields[name] = new Date(fields[name]).toISOString();
    if (fields.validFrom === SINCE_EVER) delete fields.validFrom;
    yield fields;
  }
}

const ofAccount = ({ platform, accountId }: Record<string, unknown>, account: string): boolean =>
  accountId === account || `${String(platform)}/${String(accountId)}` === account;
