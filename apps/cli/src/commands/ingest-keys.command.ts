import { Command } from 'commander';
import { IMPORT_KINDS, PLATFORMS, VitrineError } from '@app/contracts';
import { IngestKeyRepository, type ListedIngestKey, type MadeIngestKey } from '@app/database';
import { PLUGIN_KIND } from '@app/ingest';
import { print, printJson, printTable, say } from '../output';
import { brandOf, globalsOf, withStores } from '../session';

const DAY_MS = 86_400_000;
const collected = (value: string, before: string[]) => [...before, value];

/** Runs on the keys of the brand. */
async function withKeys(sub: Command, work: (keys: IngestKeyRepository, brandId: number, now: number) => Promise<void>): Promise<void> {
  const globals = globalsOf(sub);
  await withStores(globals, async (stores) => {
    const { brandId } = await brandOf(stores, globals);
    await work(new IngestKeyRepository(stores.dataSource, stores.instance.secret), brandId, stores.clock.now());
  });
}

/** Keys with which other systems sign deliveries of facts (docs/ingest.md). */
export function ingestKeysCommand(): Command {
  const command = new Command('ingest-keys').description('keys with which other systems sign deliveries of facts');
  command
    .command('create')
    .description('a new key; its secret is shown once')
    .requiredOption('--name <name>', 'whose it is')
    .option('--kind <kind>', 'may bring this kind only (repeat for several)', collected, [])
    .option('--account <platform/id>', 'may bring this account only (repeat for several)', collected, [])
    .option('--days <days>', 'ends after so many days', daysOption, 365)
    .action((options: { name: string; kind: string[]; account: string[]; days: number }, sub: Command) =>
      withKeys(sub, async (keys, brandId, now) => {
        const { name, days } = options;
        const scope = { kinds: options.kind.map(knownKind), accounts: options.account.map(knownAccount) };
        shown(await keys.create(brandId, { name, ...scope, expiresAt: now + days * DAY_MS }), globalsOf(sub).json);
      }),
    );
  command
    .command('list')
    .description('every key, never its secret')
    .action((_: unknown, sub: Command) =>
      withKeys(sub, async (keys, brandId, now) => {
        const found = await keys.list(brandId);
        if (globalsOf(sub).json) printJson(found);
        else printTable(['key', 'name', 'kinds', 'accounts', 'ends', 'last used', 'state'], found.map(rowOf(now)), 7);
      }),
    );
  command
    .command('revoke <key>')
    .description('end a key at once')
    .action((keyId: string, _: unknown, sub: Command) =>
      withKeys(sub, async (keys, brandId, now) => {
        const revoked = await keys.revoke(brandId, keyId, now);
        if (globalsOf(sub).json) printJson(revoked);
        else print(`${revoked.keyId} ${stateOf(revoked, now)}`);
      }),
    );
  command
    .command('rotate <key>')
    .description('a new key of the same scope; the former one goes on for the overlap')
    .option('--overlap-days <days>', 'the former key ends after so many days', daysOption, 7)
    .option('--days <days>', 'the new key ends after so many days', daysOption, 365)
    .action((keyId: string, { overlapDays, days }: { overlapDays: number; days: number }, sub: Command) =>
      withKeys(sub, async (keys, brandId, now) => {
        const times = { now, overlapUntil: now + overlapDays * DAY_MS, expiresAt: now + days * DAY_MS };
        shown(await keys.rotate(brandId, keyId, times), globalsOf(sub).json);
      }),
    );
  return command;
}

function shown({ key, secret }: MadeIngestKey, json = false): void {
  say('密钥只显示这一次，请妥善保存。\nThe secret is shown this once: keep it safe.');
  if (json) printJson({ ...key, secret });
  else print(`${key.keyId} ${secret}`);
}

const day = (ms: number | null) => (ms === null ? '-' : new Date(ms).toISOString().slice(0, 16).replace('T', ' '));
const stateOf = ({ revokedAt, expiresAt, replacedBy }: ListedIngestKey, now: number): string =>
  revokedAt !== null ? 'revoked' : expiresAt <= now ? 'expired' : replacedBy !== null ? `replaced by ${replacedBy}` : 'good';
const rowOf = (now: number) => (key: ListedIngestKey) => [
  key.keyId,
  key.name,
  key.kinds.join(' ') || '*',
  key.accounts.join(' ') || '*',
  day(key.expiresAt),
  day(key.lastUsedAt),
  stateOf(key, now),
];

const badOption = (field: string, en: string, zh: string) =>
  new VitrineError('bad_input', { en, zh }, { details: [{ field, message: en }] });

function daysOption(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 0 && days <= 3650) return days;
  throw badOption('days', 'The days must be a whole number from 0 to 3650.', '天数须为 0 到 3650 的整数。');
}

function knownKind(name: string): string {
  if (name === PLUGIN_KIND || IMPORT_KINDS.some((kind) => kind.name === name && kind.store === 'facts')) return name;
  throw badOption('kind', `There is no fact kind ${name}.`, `没有名为 ${name} 的数据类型。`);
}

function knownAccount(account: string): string {
  if (PLATFORMS.some((platform) => account.startsWith(`${platform}/`) && account.length > platform.length + 1)) return account;
  throw badOption('account', 'Write an account as douyin/0012345678.', '账号请写成 douyin/0012345678 的形式。');
}
