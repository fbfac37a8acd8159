import { Command, Option } from 'commander';
import { ROLES, type Grant, type MadeLink, type Role, type User } from '@app/contracts';
import type { UserService } from '@app/identity';
import { accountKey } from '@app/warehouse';
import { parseGrant } from '../grant-option';
import { operator } from '../operator';
import { print, printJson, printTable, say } from '../output';
import { brandOf, globalsOf, withStores } from '../session';

interface InviteOptions {
  name: string;
  role: Role;
  email?: string;
  grant: string[];
}
interface ChangeOptions extends Partial<InviteOptions> {
  disable?: boolean;
  enable?: boolean;
}

const collected = (value: string, before: string[] = []) => [...before, value];
const roleOption = () => new Option('--role <role>', 'what the user may do (docs/permissions.md)').choices([...ROLES]);
const GRANT_HELP =
  'rows that the user sees: brand, region=华东/上海, group=…, dealer=D01, account=douyin/007 (repeat for several; default: brand)';

/** Runs on the users of the brand. */
async function withUsers(sub: Command, work: (users: UserService, brandId: number) => Promise<void>): Promise<void> {
  const globals = globalsOf(sub);
  await withStores(globals, async (stores) => {
    const { brandId } = await brandOf(stores, globals);
    const { userService } = await import('../../../process/identity-services.js');
    await work(userService(stores), brandId);
  });
}

/** Users of the brand. The operator, who works here, needs no sign-in; every act is written down. */
export function usersCommand(): Command {
  const command = new Command('users').description('who may sign in: list, invite, change, reset');
  command
    .command('list')
    .description('every user, never a password')
    .action((_: unknown, sub: Command) =>
      withUsers(sub, async (users, brandId) => {
        const found = await users.list(brandId);
        if (globalsOf(sub).json) printJson(found);
        else
          printTable(
            ['登录名 login', '姓名 name', '角色 role', '范围 rows', '状态 state', '二次验证 2nd', '最近登录 last'],
            found.map(rowOf),
            7,
          );
      }),
    );
  command
    .command('invite <login>')
    .description('a new user; prints the link with which they set their password, once')
    .requiredOption('--name <name>', 'what people call them')
    .addOption(roleOption().makeOptionMandatory())
    .option('--email <email>', 'by which the company’s sign-in finds them (default: the login, where it is an email)')
    .option('--grant <rows>', GRANT_HELP, collected)
    .action((login: string, { name, role, email, grant }: InviteOptions, sub: Command) =>
      withUsers(sub, async (users, brandId) => {
        const { user, link } = await users.invite(brandId, { login, name, role, email, grants: grantsOf(brandId, grant) }, operator());
        shown(link, user.login, globalsOf(sub).json);
      }),
    );
  command
    .command('change <login>')
    .description('another name, role or rows; disable or enable. What changes rights ends the sessions')
    .option('--name <name>', 'what people call them')
    .addOption(roleOption())
    .option('--email <email>', 'by which the company’s sign-in finds them')
    .option('--grant <rows>', GRANT_HELP, collected)
    .option('--disable', 'no more sign-in; sessions, links and keys end at once')
    .option('--enable', 'sign-in again')
    .action((login: string, { name, role, email, grant, disable, enable }: ChangeOptions, sub: Command) =>
      withUsers(sub, async (users, brandId) => {
        const { userId } = await users.byLogin(brandId, login);
        const grants = grant ? grantsOf(brandId, grant) : undefined;
        const state = disable ? 'disabled' : enable ? 'active' : undefined;
        const user = await users.change(brandId, userId, { name, role, email, grants, state }, operator());
        if (globalsOf(sub).json) printJson(user);
        else print(rowOf(user).join('  '));
      }),
    );
  command
    .command('link <login>')
    .description('a link to set a new password, once; a second factor stays')
    .action((login: string, _: unknown, sub: Command) =>
      withUsers(sub, async (users, brandId) => {
        const user = await users.byLogin(brandId, login);
        shown(await users.resetLink(brandId, user.userId, operator()), user.login, globalsOf(sub).json);
      }),
    );
  command
    .command('sign-out <login>')
    .description('end every session of a user, at once')
    .action((login: string, _: unknown, sub: Command) =>
      withUsers(sub, async (users, brandId) => {
        const { userId } = await users.byLogin(brandId, login);
        const ended = await users.endSessions(brandId, userId, operator());
        if (globalsOf(sub).json) printJson({ ended });
        else print(`${ended} 个会话已结束 sessions ended`);
      }),
    );
  return withSecondFactor(command);
}

/** What only the operator does: with it an admin could become an auditor. */
function withSecondFactor(command: Command): Command {
  command
    .command('reset-second-factor <login>')
    .description('take a lost second factor away; the user sets up another at the next sign-in')
    .action((login: string, _: unknown, sub: Command) =>
      withUsers(sub, async (users, brandId) => {
        const { userId } = await users.byLogin(brandId, login);
        const removed = await users.resetSecondFactor(brandId, userId, operator());
        if (globalsOf(sub).json) printJson({ removed });
        else print(removed ? '二次验证已重置 second factor reset' : '没有二次验证 there was none');
      }),
    );
  command
    .command('code <login>')
    .description('the code of now of a user’s second factor (for the users of the demo; written down)')
    .action((login: string, _: unknown, sub: Command) =>
      withUsers(sub, async (users, brandId) => {
        const { userId } = await users.byLogin(brandId, login);
        const code = await users.code(brandId, userId, operator());
        if (globalsOf(sub).json) printJson({ code });
        else print(code ?? '没有二次验证 no second factor');
      }),
    );
  return command;
}

const grantsOf = (brandId: number, grants: readonly string[] = ['brand']): Grant[] =>
  grants.map((text) => parseGrant(text, (platform, accountId) => String(accountKey(brandId, platform, accountId))));

function shown(link: MadeLink, login: string, json = false): void {
  say('链接只显示这一次，只能用一次。\nThe link is shown this once, and works once.');
  if (json) printJson({ login, ...link });
  else print(`${login}  ${link.kind}  ${link.expiresAt}\n<address of the page>/sign-in#link=${link.token}`);
}

export const grantText = (grant: Grant): string => {
  if (grant.kind === 'brand') return 'brand';
  if (grant.kind === 'region') return `region=${grant.path}`;
  if (grant.kind === 'dealer-group') return `group=${grant.name}`;
  return grant.kind === 'dealer' ? `dealer=${grant.dealerId}` : `account=${grant.accountKey}`;
};

const rowOf = ({ login, name, role, grants, state, secondFactor, lastSignInAt }: User): string[] => [
  login,
  name,
  role,
  grants.map(grantText).join(' '),
  state,
  secondFactor ? '✓' : '-',
  lastSignInAt?.slice(0, 16).replace('T', ' ') ?? '-',
];
