import * as os from 'node:os';
import * as path from 'node:path';
import type { Command } from 'commander';
import { Settings, loadSettings } from '@app/config';
import { Brand, VitrineError, dayStart, isDay } from '@app/contracts';
import { StateReader, withOrigin } from '@app/database';
import type { IngestStores } from '@app/ingest';
import { firstBrand } from '../../process/first-brand';
import { closeWithin, stopRequest } from '../../process/stop-request';
import { Stores, openStores } from '../../process/stores';
import { operator } from './operator';

/** Options that every command has. They may stand before or after the command's name. */
export interface GlobalOptions {
  data?: string;
  brand?: string;
  json?: boolean;
}

export const globalsOf = (command: Command): GlobalOptions => command.optsWithGlobals<GlobalOptions>();

/** Settings with `--data` over VITRINE_DATA. */
export function settingsFor(options: GlobalOptions): Settings {
  const settings = loadSettings();
  return options.data === undefined ? settings : { ...settings, dataDir: path.resolve(options.data) };
}

/** What is done at a command line is done by the operator, on this machine. */
export const asOperator = <T>(work: () => Promise<T>): Promise<T> =>
  withOrigin({ address: `cli@${os.hostname()}`.slice(0, 200), requestId: null, sessionId: null }, work, operator());

/** Opens the stores (migrated), runs `work`, closes them whatever happens. A request to stop closes them too and ends the process with 130. */
export async function withStores<T>(options: GlobalOptions, work: (stores: Stores) => Promise<T>): Promise<T> {
  const stores = await openStores(settingsFor(options));
  void stopRequest().then(() => closeWithin(stores.close, 130).finally(() => process.exit(130)));
  try {
    return await asOperator(() => work(stores));
  } finally {
    await stores.close();
  }
}

/** The brand of `--brand`, or the only one; the first command on an empty store makes it. */
export async function brandOf(stores: Stores, options: GlobalOptions): Promise<Brand> {
  await firstBrand(stores, options.brand);
  return new StateReader(stores.dataSource, stores.instance.secret).brand(options.brand);
}

/** What imports and exports work on. */
export const ingestOn = ({ warehouse, dataSource, instance, settings, clock }: Stores): IngestStores => ({
  warehouse,
  dataSource,
  secret: instance.secret,
  dataDir: settings.dataDir,
  now: () => clock.now(),
  actor: operator(),
});

/** An instant of the command line: ISO 8601 with a zone, or epoch ms. */
export function instantOption(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const zoned = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})$/.test(text);
  const ms = /^\d{12,14}$/.test(text) ? Number(text) : zoned ? Date.parse(text) : NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new VitrineError(
    'bad_input',
    { en: `${name} is no instant with a zone.`, zh: `${name} 不是带时区的时间。` },
    { remedy: { en: 'Write it as 2026-10-18T21:00:00+08:00.', zh: '请写成 2026-10-18T21:00:00+08:00 的形式。' } },
  );
}

/** First instant of a business day of the command line. */
export function dayOption(name: string, text: string | undefined, zone: string): number | undefined {
  if (text === undefined) return undefined;
  if (isDay(text)) return dayStart(text, zone);
  throw new VitrineError(
    'bad_input',
    { en: `${name} is no day.`, zh: `${name} 不是日期。` },
    { remedy: { en: 'Write it as 2026-10-18.', zh: '请写成 2026-10-18 的形式。' } },
  );
}
