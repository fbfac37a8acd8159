import { createHmac } from 'node:crypto';
import { deriveKey } from '@app/config';
import { ROLES, SECOND_FACTOR_ROLES, type Brand, type Grant, type Role } from '@app/contracts';
import { addUser, type ReadyUser } from '@app/identity';
import { identityParts } from '../../../process/identity-services';
import type { Stores } from '../../../process/stores';
import { operator } from '../operator';
import { print, printTable } from '../output';

const NAMES: Readonly<Record<Role, string>> = {
  'brand-admin': '品牌管理员',
  'region-manager': '大区经理',
  'dealer-group': '经销商集团',
  dealer: '经销商',
  host: '主播',
  auditor: '审核员',
  'senior-auditor': '高级审核员',
  'data-operator': '数据专员',
  'read-only': '只读用户',
};
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * A user per role, whose passwords and second factors follow from the installation's secret: the same in every run, elsewhere others, and written down
 * nowhere. Prints how to sign in as each.
 */
export async function printSignIns(stores: Stores, brand: Brand): Promise<void> {
  const grants = await grantsByRole(stores, brand.brandId);
  const rows: string[][] = [];
  for (const role of ROLES) {
    const grant = grants[role];
    if (!grant) continue;
    const user = demoUser(stores.instance.secret, role, grant);
    await addUser(identityParts(stores), brand, user, operator());
    rows.push([NAMES[role], user.login, user.password, user.totpSecret ? `npm run -s vitrine -- users code ${user.login}` : '-']);
  }
  print('\n登录账号 sign-ins');
  printTable(['角色 role', '登录名 login', '密码 password', '验证码 code'], rows, 4);
}

function demoUser(secret: string, role: Role, grant: Grant): ReadyUser {
  const totpSecret = SECOND_FACTOR_ROLES.includes(role) ? derived(secret, `${role}:second-factor`, 32) : undefined;
  const password = derived(secret, `${role}:password`, 16)
    .toLowerCase()
    .replace(/(.{4})(?=.)/g, '$1-');
  return { login: role, name: NAMES[role], role, grants: [grant], password, totpSecret };
}

const derived = (secret: string, purpose: string, length: number): string =>
  [...createHmac('sha512', deriveKey(secret, 'demo-sign-ins')).update(purpose).digest()]
    .slice(0, length)
    .map((byte) => BASE32[byte & 31])
    .join('');

/** The largest dealer group, and of it a dealer and an account; the region with most dealers. What the brand does not have has no user. */
async function grantsByRole({ dataSource }: Stores, brandId: number): Promise<Partial<Record<Role, Grant>>> {
  const [placed] = (await dataSource.query(
    `SELECT split_part(p.sales_region, '/', 1) AS region, p.dealer_group AS "group", p.dealer_id AS dealer, a.account_key::text AS account
     FROM dealer_placement p
     LEFT JOIN account_ownership o ON o.brand_id = p.brand_id AND o.dealer_id = p.dealer_id
     LEFT JOIN account a ON a.brand_id = o.brand_id AND a.platform = o.platform AND a.account_id = o.account_id
     WHERE p.brand_id = $1
     ORDER BY count(*) OVER (PARTITION BY p.dealer_group) * (p.dealer_group IS NOT NULL)::int DESC, p.dealer_group, p.dealer_id, a.account_key
     LIMIT 1`,
    [brandId],
  )) as { region: string | null; group: string | null; dealer: string; account: string | null }[];
  const brand: Grant = { kind: 'brand' };
  return {
    'brand-admin': brand,
    'region-manager': placed?.region ? { kind: 'region', path: placed.region, from: 0, to: null } : undefined,
    'dealer-group': placed?.group ? { kind: 'dealer-group', name: placed.group } : undefined,
    dealer: placed ? { kind: 'dealer', dealerId: placed.dealer } : undefined,
    host: placed?.account ? { kind: 'account', accountKey: placed.account } : undefined,
    auditor: brand,
    'senior-auditor': brand,
    'data-operator': brand,
    'read-only': brand,
  };
}
