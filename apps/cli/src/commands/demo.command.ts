import { Command, InvalidArgumentError } from 'commander';
import { Settings, SystemClock } from '@app/config';
import { Brand, RankingRow, Report, addMonths, businessMonth } from '@app/contracts';
import { ensureBrand } from '@app/database';
import { ReportService } from '@app/reports';
import { BRAND_NAME, DOUYIN_APP, KUAISHOU_APP } from '../../../platform-sim/src/index';
import type { RunningRole } from '../../../process/run-role';
import { closeWithin, stopRequest, untilInterrupted } from '../../../process/stop-request';
import { Stores, openStores } from '../../../process/stores';
import { DEMO_MONTHS, DemoMarker, readMarker } from '../demo/demo-marker';
import { collectDemo, importDemoFiles, makeFiles } from '../demo/demo-steps';
import { PlatformServers } from '../demo/demo-world';
import { VirtualClock } from '../demo/virtual-clock';
import { print, say } from '../output';
import { writeReport } from '../report-format';
import { globalsOf, settingsFor } from '../session';

const DEMO = { code: 'demo', name: `${BRAND_NAME}（演示）`, zone: 'Asia/Shanghai' };
const SEED = 7;

function monthCount(text: string): number {
  if (/^([1-9]|1[0-2])$/.test(text)) return Number(text);
  throw new InvalidArgumentError('1 to 12');
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('a demo brand, collected from local platform servers: what `npm run quickstart` runs')
    .option('--exit', 'stop after the ranking')
    .option('--full', '4 M entries instead of 1 M')
    .option('--months <count>', 'collect only the newest months of twelve, for a quick look', monthCount, DEMO_MONTHS)
    .action(async (options: { exit?: boolean; full?: boolean; months: number }, command: Command) => {
      const settings = settingsFor(globalsOf(command));
      const marker = readMarker(settings.dataDir, {
        endMonth: addMonths(businessMonth(Date.now(), DEMO.zone), -1),
        seed: SEED,
        full: options.full ?? false,
        months: options.months,
      });
      const open: { stores?: Stores; servers?: PlatformServers; role?: RunningRole } = {};
      const close = async () => {
        await open.role?.close();
        await open.servers?.stop();
        await open.stores?.close();
      };
      // asked to stop in the middle of a step: what was written stays, the next quickstart goes on from there
      let serving = false;
      void stopRequest().then(() => (serving ? undefined : closeWithin(close, 130).finally(() => process.exit(130))));
      try {
        await makeFiles(settings.dataDir, marker);
        open.servers = await PlatformServers.start(marker);
        const stores = (open.stores = await openStores(atServers(settings, open.servers)));
        say(`stores ready (facts ${stores.instance.clickhouse.url})`);
        const brand = await ensureBrand(stores.dataSource, DEMO);
        await importDemoFiles(stores, brand, marker);
        await collectYear(stores, open, brand, marker);
        await printRanking(stores, brand, marker.endMonth);
        const { printSignIns } = await import('../demo/demo-users.js');
        await printSignIns(stores, brand);
        if (options.exit) return;
        const { runRole } = await import('../../../process/run-role.js');
        open.role = await runRole('up', stores);
        serving = true;
        print(`ready ${open.role.url}`);
        process.exitCode = await untilInterrupted(stores.instance.failed, close);
      } finally {
        await close();
      }
    });
}

/** The adapters' settings, pointed at the local platform servers. */
function atServers(settings: Settings, { urls }: PlatformServers): Settings {
  return {
    ...settings,
    platforms: {
      douyin: { baseUrl: urls.douyin, appId: DOUYIN_APP.clientKey, appSecret: DOUYIN_APP.clientSecret },
      kuaishou: { baseUrl: urls.kuaishou, appId: KUAISHOU_APP.appId, appSecret: KUAISHOU_APP.appSecret },
      channels: { ...settings.platforms.channels, baseUrl: urls.channels },
    },
  };
}

async function collectYear(
  stores: Stores,
  open: { servers?: PlatformServers; role?: RunningRole },
  brand: Brand,
  marker: DemoMarker,
): Promise<void> {
  if (marker.collected || !open.servers) return;
  const clock = new VirtualClock();
  const { CollectService } = await import('../../../process/process-roles.js');
  const { runRole } = await import('../../../process/run-role.js');
  const role = (open.role = await runRole('collector', { ...stores, clock }));
  try {
    await collectDemo(role.app.get(CollectService), clock, open.servers, brand, stores, marker);
  } finally {
    await role.close();
    await open.servers.setNow(null);
  }
}

async function printRanking({ warehouse, dataSource, instance }: Stores, brand: Brand, month: string): Promise<void> {
  const reports = new ReportService({ warehouse, dataSource, secret: instance.secret, clock: new SystemClock() });
  const report = (await reports.report(
    { name: 'ranking', brand: brand.code, month, level: 'dealer', basis: 'adjusted' },
    'all',
  )) as Report<RankingRow>;
  print(`\n${brand.name} · ${month} · 经销商排名 dealer ranking`);
  await writeReport(report, 'table');
}
