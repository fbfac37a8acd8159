import * as path from 'node:path';
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { VitrineError, type Brand } from '@app/contracts';
import { knownAccounts, liftExclusion, listExclusions, loadViewerKeys, recordExclusions, type CaseRemoval } from '@app/database';
import { readExclusions, type ExclusionRow } from '@app/ingest';
import { accountKey } from '@app/warehouse';
import { type RefusedRow, judgeCases } from '../exclusion-cases';
import { operator } from '../operator';
import { print, printJson, printTable, say } from '../output';
import { brandOf, globalsOf, withStores } from '../session';
import type { Stores } from '../../../process/stores';

/** What confirmed cases remove from the adjusted figures (domain.md 7.3): recorded, listed, lifted. */
export function exclusionsCommand(): Command {
  const command = new Command('exclusions').description('what confirmed cases remove from the adjusted figures');
  command
    .command('import <file>')
    .description('record what cases remove (NDJSON): entries, or units of a session or video, line and day')
    .requiredOption('--reason <text>', 'why, for the audit log')
    .action((file: string, { reason }: { reason: string }, sub: Command) =>
      withBrand(sub, async (stores, brand) => {
        const result = await importExclusions(stores, brand, { file: existing(file), reason });
        if (globalsOf(sub).json) printJson(result);
        else {
          print(`recorded ${result.cases.length} cases · rows ${result.accepted} · rejected ${result.rejected}`);
          if (result.unmatched > 0)
            say(
              `${result.unmatched} 行所指的进房、场次或视频尚不存在，目前不剔除任何内容\n${result.unmatched} rows name entries, sessions or videos that are not known (yet): they remove nothing now`,
            );
          if (result.refusedCases.length > 0)
            say(`未登记的案件（有不合格的行）/ cases left out, for a row of theirs was refused: ${result.refusedCases.join(', ')}`);
          for (const one of result.rejects) say(`${one.line} ${one.field ?? ''} ${one.reason.zh} ${one.reason.en}`);
        }
      }),
    );
  command
    .command('list')
    .description('what holds, by case and account')
    .option('--all', 'also what was lifted')
    .action(({ all }: { all?: boolean }, sub: Command) =>
      withBrand(sub, async ({ dataSource }, { brandId }) => {
        const rows = await listExclusions(dataSource, brandId, { held: !all });
        if (globalsOf(sub).json) printJson(rows);
        else
          printTable(
            ['case', 'kind', 'platform', 'account', 'rows', 'from', 'to', 'since', 'until', 'reason'],
            rows.map((row) => [
              ...[row.caseId, row.kind, row.platform, row.accountId, String(row.rows), row.fromDay, row.toDay],
              ...[row.inForceFrom, row.inForceUntil ?? '-', row.liftReason ?? row.reason],
            ]),
            4,
          );
      }),
    );
  command
    .command('lift <case>')
    .description('end what a case removes: every figure is what it was')
    .requiredOption('--reason <text>', 'why, for the audit log')
    .action((caseId: string, { reason }: { reason: string }, sub: Command) =>
      withBrand(sub, async ({ dataSource }, { brandId }) => {
        const lifted = await liftExclusion(dataSource, { brandId, caseId, actor: operator(), reason });
        if (globalsOf(sub).json) printJson(lifted);
        else print(`lifted ${caseId}: ${lifted.length} lists`);
      }),
    );
  return command;
}

async function withBrand(sub: Command, work: (stores: Stores, brand: Brand) => Promise<void>): Promise<void> {
  const globals = globalsOf(sub);
  await withStores(globals, async (stores) => work(stores, await brandOf(stores, globals)));
}

/** Records the cases of a file of which every row can be recorded, all of these or none; a case with a refused row is left out whole. */
async function importExclusions(stores: Stores, { brandId }: Brand, { file, reason }: { file: string; reason: string }) {
  const { dataSource, instance, clock } = stores;
  const keys = await loadViewerKeys(dataSource.manager, instance.secret, brandId);
  const known = await knownAccounts(stores, brandId);
  async function* rows(): AsyncGenerator<ExclusionRow> {
    for await (const row of readExclusions(file, keys, () => clock.now())) {
      const isKnown = 'reason' in row || known.has(accountKey(brandId, row.removed.platform, row.removed.accountId).toString());
      yield isKnown ? row : { line: row.line, caseId: row.caseId, field: 'accountId', ...UNKNOWN_ACCOUNT };
    }
  }
  const { whole, refused, ...told } = await judgeCases(rows());
  if (told.rejects.some(({ caseId }) => caseId === null) || whole.size === 0) throw nothingIn(file, told.rejects);
  async function* removals(): AsyncGenerator<CaseRemoval> {
    for await (const row of rows()) if (!('reason' in row) && whole.has(row.caseId)) yield row;
  }
  const recorded = await recordExclusions(stores, { brandId, actor: operator(), reason }, removals());
  const unmatched = recorded.reduce((sum, list) => sum + list.unmatched, 0);
  return { cases: [...whole], refusedCases: [...refused], ...told, unmatched };
}

const UNKNOWN_ACCOUNT = {
  reason: { zh: '没有该账号。', en: 'There is no such account.' },
  remedy: { zh: '核对平台与账号编号，或先导入账号。', en: 'Check platform and account id, or import the account first.' },
};

function existing(file: string): string {
  if (existsSync(file)) return file;
  throw new VitrineError(
    'bad_input',
    { zh: `找不到文件 ${path.basename(file)}`, en: `There is no file ${path.basename(file)}` },
    { remedy: { zh: '请检查路径', en: 'Check the path' } },
  );
}

const nothingIn = (file: string, rejects: readonly RefusedRow[]) =>
  new VitrineError(
    'bad_input',
    { zh: `${path.basename(file)} 中没有可登记的行`, en: `${path.basename(file)} has no row that can be recorded` },
    {
      remedy: { zh: '请按提示修正各行', en: 'Correct the rows as told' },
      details: rejects.map(({ line, field, reason }) => ({ field: `${line} ${field ?? ''}`.trim(), message: `${reason.zh} ${reason.en}` })),
    },
  );
