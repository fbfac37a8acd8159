import * as path from 'node:path';
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { VitrineError, type Brand } from '@app/contracts';
import { liftExclusion, listExclusions, loadViewerKeys, recordExclusions, type CaseRemoval } from '@app/database';
import { readExclusions, type ExclusionRow } from '@app/ingest';
import { operator } from '../operator';
import { print, printJson, printTable, say } from '../output';
import { brandOf, globalsOf, withStores } from '../session';
import type { Stores } from '../../../process/stores';

/** Refused rows that are told one by one. */
const TOLD = 20;

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

type Refused = Extract<ExclusionRow, { reason: unknown }>;

/** Records the cases of a file, all of them or none; rows that cannot be read are left out and told. */
async function importExclusions(stores: Stores, { brandId }: Brand, { file, reason }: { file: string; reason: string }) {
  const { dataSource, instance, clock } = stores;
  const keys = await loadViewerKeys(dataSource.manager, instance.secret, brandId);
  const result = { accepted: 0, rejected: 0, rejects: [] as Refused[] };
  const cases = new Set<string>();
  async function* removals(): AsyncGenerator<CaseRemoval> {
    for await (const row of readExclusions(file, keys, () => clock.now())) {
      if ('reason' in row) {
        result.rejected++;
        if (result.rejects.length < TOLD) result.rejects.push(row);
        continue;
      }
      result.accepted++;
      cases.add(row.caseId);
      yield row;
    }
    if (result.accepted === 0) throw nothingIn(file, result.rejects);
  }
  await recordExclusions(stores, { brandId, actor: operator(), reason }, removals());
  return { cases: [...cases], ...result };
}

function existing(file: string): string {
  if (existsSync(file)) return file;
  throw new VitrineError(
    'bad_input',
    { zh: `找不到文件 ${path.basename(file)}`, en: `There is no file ${path.basename(file)}` },
    { remedy: { zh: '请检查路径', en: 'Check the path' } },
  );
}

const nothingIn = (file: string, rejects: readonly Refused[]) =>
  new VitrineError(
    'bad_input',
    { zh: `${path.basename(file)} 中没有可登记的行`, en: `${path.basename(file)} has no row that can be recorded` },
    {
      remedy: { zh: '请按提示修正各行', en: 'Correct the rows as told' },
      details: rejects.map(({ line, field, reason }) => ({ field: `${line} ${field ?? ''}`.trim(), message: `${reason.zh} ${reason.en}` })),
    },
  );
