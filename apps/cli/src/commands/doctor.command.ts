import * as fs from 'node:fs';
import { Command } from 'commander';
import { Settings } from '@app/config';
import { VitrineError, type HealthSummary } from '@app/contracts';
import { clockAdvice, ConnectService, wrongClocks } from '@app/connect';
import { StateReader } from '@app/database';
import { assertSchema, untestedVersion } from '@app/warehouse';
import { ReportService } from '@app/reports';
import { print, printJson } from '../output';
import { globalsOf, settingsFor } from '../session';
import { healthOn } from './health.command';
import { Stores, openStores } from '../../../process/stores';

interface Finding {
  check: string;
  state: 'ok' | 'warn' | 'fail';
  what: string;
  doThis?: string;
}

const LOW_DISK_BYTES = 2e9;
const CLOCK_SKEW_MS = 5000;
const SHOWN_CONNECTIONS = 20;

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check servers, versions, disk, clock, credentials, coverage; say what to do')
    .action(async (_: unknown, command: Command) => {
      const options = globalsOf(command);
      const settings = settingsFor(options);
      const findings = [disk(settings), ...credentials(settings)];
      const stores = await openStores(settings, { migrate: false });
      try {
        findings.push(...(await servers(stores)), ...(await schema(stores)));
        if (findings.every(({ state }) => state !== 'fail'))
          findings.push(...(await clocks(stores)), ...(await connections(stores)), ...(await spilled(stores)), ...(await coverage(stores)));
      } finally {
        await stores.close();
      }
      if (options.json) printJson(findings);
      else
        for (const { check, state, what, doThis } of findings)
          print(`${state.padEnd(5)} ${check.padEnd(12)} ${what}${doThis ? `\n      → ${doThis}` : ''}`);
      if (findings.some(({ state }) => state === 'fail')) process.exitCode = 1;
    });
}

function disk({ dataDir }: Settings): Finding {
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const { bavail, bsize } = fs.statfsSync(dataDir);
  const free = bavail * bsize;
  const what = `${(free / 1e9).toFixed(1)} GB free at ${dataDir}`;
  return free < LOW_DISK_BYTES
    ? { check: 'disk', state: 'warn', what, doThis: 'Free space: facts need about 60 bytes an entry.' }
    : { check: 'disk', state: 'ok', what };
}

function credentials({ platforms }: Settings): Finding[] {
  return Object.entries(platforms).map(([platform, { appId, baseUrl }]) =>
    appId
      ? { check: platform, state: 'ok', what: `app credentials set, ${baseUrl}` }
      : {
          check: platform,
          state: 'warn',
          what: 'no app credentials',
          doThis: `Set ${platform.toUpperCase()}_… (see .env.example), or import this platform's exports.`,
        },
  );
}

async function servers({ warehouse, dataSource, instance }: Stores): Promise<Finding[]> {
  const [facts] = await warehouse.query<{ version: string; now: string }>({
    name: 'doctor',
    sql: 'SELECT version() AS version, toUnixTimestamp64Milli(now64(3)) AS now',
  });
  const [state] = (await dataSource.query(
    `SELECT current_setting('server_version') AS version, extract(epoch FROM clock_timestamp()) * 1000 AS now`,
  )) as { version: string; now: string }[];
  const skew = Math.max(Math.abs(Number(facts.now) - Date.now()), Math.abs(Number(state.now) - Date.now()));
  return [
    clickHouse(facts.version, instance.clickhouse.url),
    Number.parseInt(state.version) >= 15
      ? { check: 'postgresql', state: 'ok', what: state.version }
      : { check: 'postgresql', state: 'fail', what: `${state.version} is too old`, doThis: 'Use PostgreSQL 15 or newer.' },
    { check: 'jobs', state: 'ok', what: instance.redisUrl ? 'on Redis' : 'on PostgreSQL' },
    skew > CLOCK_SKEW_MS
      ? {
          check: 'clock',
          state: 'fail',
          what: `${Math.round(skew / 1000)} s apart from the stores`,
          doThis: 'Synchronise the clocks (NTP).',
        }
      : { check: 'clock', state: 'ok', what: `within ${Math.max(1, Math.ceil(skew / 1000))} s of the stores` },
  ];
}

function clickHouse(version: string, url: string): Finding {
  const untested = untestedVersion(version);
  return untested
    ? {
        check: 'clickhouse',
        state: 'warn',
        what: untested.en,
        doThis: 'Use a tested version, or try the whole way in a copy of your data first.',
      }
    : { check: 'clickhouse', state: 'ok', what: `${version} at ${url}` };
}

/** The fact tables against the declarations from which rows are encoded. */
async function declared(stores: Stores): Promise<Finding> {
  try {
    await assertSchema(stores.warehouse);
    return { check: 'facts', state: 'ok', what: 'schema as declared' };
  } catch (error) {
    if (!(error instanceof VitrineError)) throw error;
    return { check: 'facts', state: 'fail', what: error.text.en, doThis: error.options.remedy?.en };
  }
}

/** Our clock against those of the platforms, as their answers told it. */
async function clocks({ dataSource }: Stores): Promise<Finding[]> {
  return (await wrongClocks(dataSource)).map(({ origin, skewMs }) => ({
    check: 'clock',
    state: 'fail',
    what: `${Math.round(skewMs / 60_000)} min ahead of ${origin}`,
    doThis: clockAdvice(skewMs).en,
  }));
}

/** Connections about which somebody has to do something; a clock is told once for all. */
async function connections({ dataSource, instance, settings, clock }: Stores): Promise<Finding[]> {
  const secret = instance.secret;
  const service = new ConnectService({ dataSource, secret, settings, clock });
  const findings: Finding[] = [];
  for (const brand of await new StateReader(dataSource, secret).listBrands())
    for (const { product, principalId, state, accounts, todo } of await service.list(brand))
      if (state !== 'active')
        findings.push({
          check: product,
          state: 'warn',
          what: `${principalId}, ${accounts.length} accounts: ${state}`,
          doThis: todo.map(({ en }) => en).join('\n      → '),
        });
  const more = findings.length - SHOWN_CONNECTIONS;
  if (more <= 0) return findings;
  const rest: Finding = { check: 'connections', state: 'warn', what: `${more} more`, doThis: 'See `vitrine connections`.' };
  return [...findings.slice(0, SHOWN_CONNECTIONS), rest];
}

/** Rows that wait on the disk of a machine for the fact store; until they are in, reports end before them. */
async function spilled({ dataSource }: Stores): Promise<Finding[]> {
  const [{ waiting, hours }] = (await dataSource.query(
    `SELECT count(*)::int AS waiting, coalesce(extract(epoch FROM clock_timestamp() - min(started_at)) / 3600, 0)::float AS hours
     FROM delivery WHERE state = 'spilled'`,
  )) as { waiting: number; hours: number }[];
  if (waiting === 0) return [];
  const what = `${waiting} deliveries wait on disk, the oldest for ${hours.toFixed(1)} h; reports end before it`;
  return [
    {
      check: 'spill',
      state: 'warn',
      what,
      doThis: 'Start the collector on the machine that holds them (folder spill of its data directory).',
    },
  ];
}

async function schema(stores: Stores): Promise<Finding[]> {
  const ready = async (read: () => Promise<unknown>, name: string): Promise<Finding> =>
    read().then(
      () => ({ check: name, state: 'ok', what: 'schema present' }),
      () => ({ check: name, state: 'fail', what: 'schema missing', doThis: 'Run `vitrine migrate`.' }),
    );
  return [await declared(stores), await ready(() => stores.dataSource.query('SELECT count(*) FROM brand'), 'state')];
}

/** Per brand: for how many accounts the key figure is known in the newest complete month, and what is missing. */
async function coverage(opened: Stores): Promise<Finding[]> {
  const { warehouse, dataSource, instance, clock } = opened;
  const stores = { warehouse, dataSource, secret: instance.secret, clock };
  const brands = await new StateReader(dataSource, instance.secret).listBrands();
  const findings: Finding[] = [];
  for (const { code } of brands) {
    const check = `brand ${code}`;
    const { meta } = await new ReportService(stores).report({ name: 'showroom', brand: code, level: 'brand', basis: 'adjusted' }, 'all');
    const what = `${meta.month ?? 'no month'}: virtual showroom traffic known for ${meta.accountsKnown} of ${meta.accountsTotal} accounts`;
    findings.push(
      meta.accountsKnown < meta.accountsTotal || meta.accountsTotal === 0
        ? {
            check,
            state: 'warn',
            what,
            doThis: meta.accountsTotal === 0 ? 'Import accounts and facts, or collect.' : 'Import entries of a viewer feed for the others.',
          }
        : { check, state: 'ok', what },
    );
    findings.push(health(await healthOn(opened).summary('all', { brand: code })));
  }
  if (brands.length === 0)
    findings.push({
      check: 'brand',
      state: 'warn',
      what: 'none yet',
      doThis: 'Import dealers and accounts: the first import makes the brand.',
    });
  return findings;
}

/** Of how many accounts everything that was expected of the last 30 days is there, and whether somebody has to act. */
function health({ accounts, complete, byState, todo }: HealthSummary): Finding {
  const connected = accounts - byState.files;
  const what = `${complete} of ${connected} connected accounts complete in the last 30 days; ${byState.user} need somebody, ${byState.wait} wait`;
  const [first] = todo.filter(({ needsUser }) => needsUser);
  if (!first) return { check: 'coverage', state: 'ok', what };
  return { check: 'coverage', state: 'warn', what, doThis: `${first.accounts} accounts: ${first.text.en}. See \`vitrine health\`.` };
}
