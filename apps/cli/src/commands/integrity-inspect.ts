import * as fs from 'node:fs';
import { type Command, Option } from 'commander';
import { PLATFORMS, type Inspection, type Platform } from '@app/contracts';
import { PACK_LANGUAGES, type PackLanguage } from '@app/inspection';
import { caseParts } from '../../../process/case-services';
import { inspectionService } from '../../../process/inspection-services';
import { operator } from '../operator';
import { percent, print, printJson, printTable, say } from '../output';
import { printSignals } from '../signal-table';
import { brandOf, globalsOf, withStores } from '../session';

interface InspectOptions {
  platform: Platform;
  account: string;
  session?: string;
  from?: string;
  to?: string;
  pack?: string;
  language: PackLanguage;
}

/** `vitrine integrity inspect`: everything that is known of one account or broadcast (深度技检), as text, JSON or an evidence pack. */
export function addInspectCommand(command: Command): void {
  command
    .command('inspect')
    .description('deep inspection of an account or broadcast: every detector, curves, sources, cases (深度技检)')
    .addOption(new Option('--platform <platform>', 'platform of the account').choices([...PLATFORMS]).makeOptionMandatory())
    .requiredOption('--account <id>', 'account of the platform')
    .option('--session <id>', 'one broadcast of it')
    .option('--from <day>', 'first business day (default: the newest complete month)')
    .option('--to <day>', 'the day after the last (half open)')
    .option('--pack <file>', 'write the evidence pack (PDF); its making is written into the audit log')
    .addOption(new Option('--language <language>', 'of the pack').choices([...PACK_LANGUAGES]).default('zh'))
    .action((_: object, sub: Command) => {
      const globals = globalsOf(sub);
      // options that the program has, too, land there when they are named the same
      const { platform, account, session, from, to, pack, language } = sub.optsWithGlobals<InspectOptions>();
      return withStores(globals, async (stores) => {
        const { code } = await brandOf(stores, globals);
        const inspections = inspectionService(stores, caseParts(stores).cases);
        const asker = { brand: code, scope: 'all' as const, actor: operator(), grants: [{ kind: 'brand' as const }] };
        const asked = { platform, accountId: account, sessionId: session, from, to };
        if (pack === undefined) return show(await inspections.inspect(asker, asked), globals.json ?? false);
        const { inspection, bytes } = await inspections.pack(asker, asked, language);
        fs.writeFileSync(pack, bytes);
        say(`${pack}: ${bytes.length.toLocaleString('en')} bytes`);
        show(inspection, globals.json ?? false);
      });
    });
}

function show(inspection: Inspection, json: boolean): void {
  if (json) return printJson(inspection);
  const { detectors, fusion, broadcasts, broadcastsWithFindings, reconciliation, cases, sha256 } = inspection;
  printSignals(detectors.flatMap(({ signals }) => signals));
  printTable(
    ['检测器 detector', '族 family', '结果 outcome', '信号 signals', '原因 reason'],
    detectors.map(({ detector, family, outcome, signals, reasons }) => [
      detector,
      family,
      outcome,
      String(signals.length),
      reasons.map(({ reason }) => `${reason.zh} ${reason.en}`).join(' '),
    ]),
  );
  print(`待解释 inorganic ${percent(fusion.inorganic)}, 归因 attributable ${percent(fusion.attributable)}, ${fusion.level}`);
  print(
    `${broadcastsWithFindings} 场有发现 broadcasts with findings (${broadcasts.length} 场已列 shown), ${reconciliation.compared} 项对账 compared, ${reconciliation.beyond} 超差 beyond, ${cases.length} 案件 cases`,
  );
  print(`SHA-256 ${sha256}`);
}
