import { Command } from 'commander';
import { VitrineError, type Signal } from '@app/contracts';
import { runScan } from '@app/integrity';
import { caseParts } from '../../../process/case-services';
import { print, printJson, printTable, say } from '../output';
import { brandOf, dayOption, globalsOf, withStores } from '../session';
import { printSignals } from '../signal-table';
import { addInspectCommand } from './integrity-inspect';
import { addLearningCommands } from './integrity-learning';

interface ScanOptions {
  from?: string;
  to?: string;
  detector?: string[];
  incremental?: boolean;
  cases?: boolean;
}

/** `vitrine integrity scan`: runs the detectors over a window, keeps and prints what they find. */
export function integrityCommand(): Command {
  const command = new Command('integrity').description('look for inflated numbers');
  addLearningCommands(command);
  addInspectCommand(command);
  command
    .command('scan')
    .description('run the detectors over a window and print the signals')
    .option('--from <day>', 'first business day')
    .option('--to <day>', 'the day after the last (half open)')
    .option('--detector <name...>', 'only these')
    .option('--incremental', 'only accounts that deliveries have touched since the last scan of a window with this beginning')
    .option('--cases', 'make cases of what was found (vitrine cases take)')
    .action(async (_: ScanOptions, own: Command) => {
      const globals = globalsOf(own);
      // options that the program has, too, land there when they are named the same
      const options = own.optsWithGlobals<ScanOptions>();
      await withStores(globals, async (stores) => {
        const { brandId, code, zone } = await brandOf(stores, globals);
        const from = dayOption('--from', options.from, zone);
        const to = dayOption('--to', options.to, zone);
        if (from === undefined || to === undefined) throw noWindow();
        const { warehouse, dataSource, instance } = stores;
        const { summary, signals } = await runScan(
          { warehouse, dataSource, secret: instance.secret },
          {
            brand: code,
            from,
            to,
            detectors: options.detector,
            mode: options.incremental ? 'incremental' : 'full',
            onWarning: (message) => say(message),
            onProgress: ({ detector, done, of, seconds }) => say(`${done}/${of} ${detector} ${seconds} s`),
          },
        );
        const taken = options.cases ? await caseParts(stores).intake.take(brandId, signals) : null;
        if (globals.json) return printJson({ summary, signals, ...(taken ? { cases: taken } : {}) });
        printSignals(signals);
        printTable(
          ['检测器 detector', '信号 signals', '无法评估 not assessable', 's'],
          summary.detectors.map((one) => [one.detector, one.signals, one.notAssessable, one.seconds].map(String)),
        );
        const { cost } = summary;
        say(`状态 state ${cost.state} s, 保存 keep ${cost.keep} s`);
        for (const { name, count, rows, seconds } of cost.statements.slice(0, STATEMENTS))
          say(`${name}: ${count} ×, ${rows} rows, ${seconds} s`);
        for (const { detector, reason, subjects } of summary.reasons.slice(0, REASONS))
          say(`${detector}: ${subjects} × ${reason.zh} ${reason.en}`);
        print(`${signals.length} 条信号 signals, ${affected(signals)} 个对象 subjects, ${summary.mode}, ${summary.seconds} s`);
        if (taken)
          print(
            `${taken.opened.length} 个新案件 cases opened, ${taken.joined.length} 组并入 joined, ${taken.reopened.length} 张整改单重开 orders opened again`,
          );
      });
    });
  return command;
}

/** Reasons for not assessing that are told on stderr, the most frequent first. */
const REASONS = 12;
/** Of the statements that a scan has asked, the most expensive ones; all of them are in --json. */
const STATEMENTS = 8;

const affected = (signals: readonly Signal[]): number => new Set(signals.map(({ subject }) => JSON.stringify(subject))).size;

const noWindow = (): VitrineError =>
  new VitrineError(
    'bad_input',
    { zh: '请给出扫描的起止日期', en: 'The scan needs a window' },
    { remedy: { zh: '--from 2026-10-01 --to 2026-11-01（截止日不含）', en: '--from 2026-10-01 --to 2026-11-01 (the day after the last)' } },
  );
