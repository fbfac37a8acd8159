import { findImportKind } from '@app/contracts';
import type * as ExcelJS from '@protobi/exceljs';
import type { SimSession } from '../world/sessions';
import type { World } from '../world/world';

const FIELDS = [
  'platform',
  'accountId',
  'sessionId',
  'startedAt',
  'endedAt',
  'views',
  'uniqueViewers',
  'peakConcurrent',
  'averageDwellSeconds',
  'likes',
  'comments',
  'shares',
  'follows',
  'leads',
  'paidViews',
  'title',
] as const;

/** The hand-kept sheet of a month's Kuaishou sessions (no interface gives them), with the catalogue's Chinese headers. */
export async function writeKuaishouSheet(world: World, month: number, file: string): Promise<void> {
  const kind = findImportKind('sessions');
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is needed: it is a third of a command's start
  const { Workbook } = require('@protobi/exceljs') as typeof ExcelJS;
  const book = new Workbook();
  const sheet = book.addWorksheet('直播场次');
  sheet.addRow(FIELDS.map((name) => kind?.fields.find((field) => field.name === name)?.label.zh ?? name));
  for (const account of world.of('kuaishou')) {
    for (const session of world.sessions(account, month)) sheet.addRow(cells(session));
  }
  await book.xlsx.writeFile(file);
}

function cells(session: SimSession): (string | number | null)[] {
  const { account } = session;
  const paid = account.role === 'brand' ? null : session.paidViews;
  const dwell = Number((session.watchSeconds / Math.max(1, session.uniqueViewers)).toFixed(1));
  return [
    account.platform,
    account.accountId,
    session.sessionId,
    localTime(session.startedAt),
    localTime(session.endedAt),
    session.views,
    session.uniqueViewers,
    session.peakConcurrent,
    dwell,
    session.likes,
    session.comments,
    session.shares,
    session.follows,
    session.leads,
    paid,
    session.title,
  ];
}

/** `YYYY-MM-DD HH:MM:SS` in UTC+8, as people write it into a sheet. */
function localTime(ms: number): string {
  return new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}
