import * as path from 'node:path';
import type { Command } from 'commander';
import { Settings, loadSettings } from '@app/config';
import { Brand } from '@app/contracts';
import { StateReader } from '@app/database';
import { Stores, openStores } from '../../process/process-roles';
import { closeWithin, stopRequest } from '../../process/stop-request';

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

/** Opens the stores (migrated), runs `work`, closes them whatever happens. A request to stop closes them too and ends the process with 130. */
export async function withStores<T>(options: GlobalOptions, work: (stores: Stores) => Promise<T>): Promise<T> {
  const stores = await openStores(settingsFor(options));
  void stopRequest().then(() => closeWithin(stores.close, 130).finally(() => process.exit(130)));
  try {
    return await work(stores);
  } finally {
    await stores.close();
  }
}

/** The brand of `--brand`, or the only one. */
export function brandOf(stores: Stores, options: GlobalOptions): Promise<Brand> {
  return new StateReader(stores.dataSource, stores.instance.secret).brand(options.brand);
}
