import { Command } from 'commander';
import { KEY_ACTIONS } from '@app/access';
import { VitrineError, type ApiKey, type MadeApiKey } from '@app/contracts';
import type { ApiKeyService } from '@app/identity';
import { accountKey } from '@app/warehouse';
import { parseGrant } from '../grant-option';
import { operator } from '../operator';
import { print, printJson, printTable, say } from '../output';
import { brandOf, globalsOf, withStores } from '../session';
import { grantText } from './users.command';

const collected = (value: string, before: string[] = []) => [...before, value];

/** Runs on the keys of the brand. */
async function withKeys(sub: Command, work: (keys: ApiKeyService, brandId: number) => Promise<void>): Promise<void> {
  const globals = globalsOf(sub);
  await withStores(globals, async (stores) => {
    const { brandId } = await brandOf(stores, globals);
    const { apiKeyService } = await import('../../../process/identity-services.js');
    await work(apiKeyService(stores), brandId);
  });
}

/** Keys with which programs ask over HTTP: bearer tokens of some actions and some rows. */
export function apiKeysCommand(): Command {
  const command = new Command('api-keys').description('keys with which programs ask over HTTP');
  command
    .command('create')
    .description('a new key; the bearer token is shown once')
    .requiredOption('--name <name>', 'whose it is, or what for')
    .requiredOption('--action <action>', `what it may do: ${KEY_ACTIONS.join(', ')} (repeat for several)`, collected)
    .option('--grant <rows>', 'rows that it sees: brand, region=…, group=…, dealer=…, account=… (repeat; default: brand)', collected)
    .option('--days <days>', 'ends after so many days', daysOption, 90)
    .action((options: { name: string; action: string[]; grant?: string[]; days: number }, sub: Command) =>
      withKeys(sub, async (keys, brandId) => {
        const grants = (options.grant ?? ['brand']).map((text) => parseGrant(text, (...id) => String(accountKey(brandId, ...id))));
        const { name, action: actions, days } = options;
        shown(await keys.create(brandId, { name, actions, grants, days }, operator()), globalsOf(sub).json);
      }),
    );
  command
    .command('list')
    .description('every key, never its token')
    .action((_: unknown, sub: Command) =>
      withKeys(sub, async (keys, brandId) => {
        const found = await keys.list(brandId);
        if (globalsOf(sub).json) printJson(found);
        else printTable(['key', 'name', 'owner', 'actions', 'rows', 'ends', 'last used', 'state'], found.map(rowOf), 8);
      }),
    );
  command
    .command('revoke <key>')
    .description('end a key at once')
    .action((keyId: string, _: unknown, sub: Command) =>
      withKeys(sub, async (keys, brandId) => {
        const revoked = await keys.revoke(brandId, keyId, operator());
        if (globalsOf(sub).json) printJson(revoked);
        else print(`${revoked.keyId} ${stateOf(revoked)}`);
      }),
    );
  command
    .command('rotate <key>')
    .description('a new key of the same scope; the former one goes on for the overlap')
    .option('--overlap-days <days>', 'the former key ends after so many days', daysOption, 7)
    .option('--days <days>', 'the new key ends after so many days', daysOption, 90)
    .action((keyId: string, options: { overlapDays: number; days: number }, sub: Command) =>
      withKeys(sub, async (keys, brandId) => shown(await keys.rotate(brandId, keyId, options, operator()), globalsOf(sub).json)),
    );
  return command;
}

function shown({ key, secret }: MadeApiKey, json = false): void {
  say('令牌只显示这一次，请妥善保存。\nThe token is shown this once: keep it safe.');
  if (json) printJson({ ...key, secret });
  else print(secret);
}

const minute = (instant: string | null) => instant?.slice(0, 16).replace('T', ' ') ?? '-';
const stateOf = ({ revokedAt, expiresAt, replacedBy }: ApiKey): string =>
  revokedAt !== null
    ? 'revoked'
    : Date.parse(expiresAt) <= Date.now()
      ? 'expired'
      : replacedBy !== null
        ? `replaced by ${replacedBy}`
        : 'good';
const rowOf = (key: ApiKey): string[] => [
  key.keyId,
  key.name,
  key.owner.name,
  key.actions.join(' '),
  key.grants.map(grantText).join(' '),
  minute(key.expiresAt),
  minute(key.lastUsedAt),
  stateOf(key),
];

function daysOption(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 0) return days;
  throw new VitrineError(
    'bad_input',
    { en: 'The days must be a whole number.', zh: '天数须为整数。' },
    { details: [{ field: 'days', message: 'a whole number' }] },
  );
}
