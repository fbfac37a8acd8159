import type { Command } from 'commander';
import type { AuditDraw, CaseAsker } from '@app/cases';
import { VitrineError, monthPeriod } from '@app/contracts';
import { listSignals } from '@app/database';
import type { BackTest, DetectorPrecision, ShareInterval } from '@app/integrity';
import { caseParts } from '../../../process/case-services';
import type { Stores } from '../../../process/stores';
import { operator } from '../operator';
import { percent, print, printJson, printTable, say } from '../output';
import { brandOf, globalsOf, dayOption, withStores } from '../session';

const share = (interval: ShareInterval | null): string =>
  interval === null ? '–' : `${percent(interval.value)} (${percent(interval.low)}–${percent(interval.high)})`;
/** What people's decisions say of the detectors: `vitrine integrity precision | sample | backtest`. */
export function addLearningCommands(command: Command): void {
  command
    .command('precision')
    .description('how often each detector was right in decided cases, and which ones are demoted by it')
    .action((_: object, sub: Command) =>
      withStores(globalsOf(sub), async (stores) => {
        const globals = globalsOf(sub);
        const { code } = await brandOf(stores, globals);
        const rows = await caseParts(stores).learning.precision(code);
        if (globals.json) printJson(rows);
        else printPrecision(rows);
      }),
    );
  command
    .command('sample')
    .description('the random tenth of a month’s audit that comes from dealers nobody flagged, and the recall that reviewed ones show')
    .option('--month <month>', 'YYYY-MM')
    .option('--places <number>', 'places of the audit round (default: a tenth of the unflagged dealers)')
    .option('--open', 'open a case for each drawn dealer that has none')
    .action((_: object, sub: Command) => withStores(globalsOf(sub), (stores) => sample(stores, sub)));
  command
    .command('backtest <detector>')
    .description('whom a detector’s kept signals of a span hit, beside what people decided of that time')
    .option('--from <day>', 'first business day')
    .option('--to <day>', 'the day after the last (half open)')
    .option('--of-version <number>', 'version (default: the newest that has signals)')
    .option('--strength <number>', 'signals from this strength on', '0.99')
    .action((detector: string, _: object, sub: Command) => withStores(globalsOf(sub), (stores) => backTested(stores, detector, sub)));
}

interface SampleOptions {
  month?: string;
  places?: string;
  open?: boolean;
}

async function sample(stores: Stores, sub: Command): Promise<void> {
  const globals = globalsOf(sub);
  // options that the program has, too, land there when they are named the same
  const { month, places, open } = sub.optsWithGlobals<SampleOptions>();
  if (!month || !/^\d{4}-\d{2}$/.test(month)) throw missing('month');
  const { code, zone } = await brandOf(stores, globals);
  const draw = await caseParts(stores).learning.draw({
    month,
    places: places === undefined ? undefined : Number(places),
    brandCode: code,
  });
  if (open) await openDrawn(stores, { draw, brand: code, zone });
  if (globals.json) return printJson(draw);
  printTable(
    ['dealer'],
    draw.drawn.map((dealerId) => [dealerId]),
  );
  print(
    `${draw.drawn.length} of ${draw.unflagged} unflagged; reviewed ${draw.reviewed}, inflated ${draw.inflated}; recall ${share(draw.recall)}`,
  );
}

async function openDrawn(stores: Stores, { draw, brand, zone }: { draw: AuditDraw; brand: string; zone: string }): Promise<void> {
  const asker: CaseAsker = { brand, scope: 'all', actor: operator(), grants: [] };
  const { cases } = caseParts(stores);
  const { from, to } = monthPeriod(draw.month, zone);
  const window = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  for (const dealerId of draw.undrawn) {
    const opened = await cases.openByHand(asker, {
      subject: { kind: 'dealer', dealerId },
      window,
      origin: 'sample',
      reason: `random draw of ${draw.month}`,
    });
    say(`${opened.caseId} ${dealerId}`);
  }
}

interface BackTestOptions {
  from?: string;
  to?: string;
  ofVersion?: string;
  strength: string;
}

async function backTested(stores: Stores, detector: string, sub: Command): Promise<void> {
  const globals = globalsOf(sub);
  const options = sub.optsWithGlobals<BackTestOptions>();
  const { brandId, code, zone } = await brandOf(stores, globals);
  const from = dayOption('--from', options.from, zone);
  const to = dayOption('--to', options.to, zone);
  if (from === undefined || to === undefined) throw missing('from');
  const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  const signals = await listSignals(stores.dataSource, brandId, { ...span, detector });
  const version = options.ofVersion === undefined ? Math.max(0, ...signals.map((signal) => signal.version)) : Number(options.ofVersion);
  const asked = { detector, version, strength: Number(options.strength), window: { from, to }, brandCode: code };
  const answer = await caseParts(stores).learning.backTest(signals, asked);
  if (globals.json) printJson(answer);
  else printBackTest(answer);
}

const missing = (field: string): VitrineError =>
  new VitrineError(
    'bad_input',
    { zh: '缺少必填的时间范围', en: 'The span of time is missing' },
    { details: [{ field, message: 'required', remedy: 'see --help' }] },
  );

function printPrecision(rows: readonly DetectorPrecision[]): void {
  printTable(
    ['detector', 'version', 'decided', 'right', 'inconclusive', 'precision', 'demoted'],
    rows.map((row) => [
      ...[row.detector, String(row.version), String(row.decided), String(row.right), String(row.inconclusive)],
      ...[share(row.precision), row.demoted ? 'yes' : '-'],
    ]),
  );
  for (const { notice } of rows) if (notice) say(`${notice.zh}\n${notice.en}`);
}

function printBackTest({ detector, version, signals, hit, confirmed, dismissed, precision, undecided }: BackTest): void {
  printTable(
    ['dealer', 'signals', 'strongest', 'cases'],
    hit.map((dealer) => [
      ...[dealer.dealerId, String(dealer.signals), dealer.strongest.toFixed(5)],
      dealer.cases.map(({ caseId, outcome }) => `${caseId} ${outcome}`).join(', ') || '-',
    ]),
  );
  print(
    `${detector} version ${version}: ${signals} signals hit ${hit.length} dealers; of ${confirmed.of} confirmed cases ${confirmed.hit}, of ${dismissed.of} dismissed ${dismissed.hit}; precision ${share(precision)}; nobody has decided about ${undecided}`,
  );
}
