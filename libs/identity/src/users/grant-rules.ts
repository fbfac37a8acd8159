import type { Grant, Role } from '@app/contracts';
import { badField } from '../identity-errors';
import type { Reads } from '../identity-parts';

/** Which rows a user of a role may be given. */
export const GRANT_KINDS: Readonly<Record<Role, readonly Grant['kind'][]>> = {
  'brand-admin': ['brand'],
  'region-manager': ['region'],
  'dealer-group': ['dealer-group'],
  dealer: ['dealer'],
  host: ['account'],
  auditor: ['brand', 'region'],
  'senior-auditor': ['brand', 'region'],
  'data-operator': ['brand'],
  'read-only': ['brand', 'region', 'dealer-group', 'dealer', 'account'],
};

const MOST_GRANTS = 200;

/** Parses grants of HTTP or a command. Throws `unprocessable`: not a grant, of a kind that the role cannot have, or none at all. */
export function grantsFor(role: Role, given: unknown): Grant[] {
  const grants = parsedGrants(given);
  const allowed = GRANT_KINDS[role];
  if (grants.length > 0 && grants.every(({ kind }) => allowed.includes(kind))) return grants;
  throw badField(
    'grants',
    { zh: `该角色的可见范围须为：${allowed.join('、')}`, en: `The rows of this role must be given as: ${allowed.join(', ')}` },
    { zh: '请按角色填写可见范围', en: 'Give the rows that belong to the role' },
  );
}

/** Any grants, of a key. Throws `unprocessable`. */
export function parsedGrants(given: unknown): Grant[] {
  if (!Array.isArray(given) || given.length > MOST_GRANTS) throw notGrants();
  return given.map(grantOf);
}

function grantOf(given: unknown): Grant {
  const grant = (given ?? {}) as Record<string, unknown>;
  const text = (name: string): string => {
    const value = grant[name];
    if (typeof value !== 'string' || value.trim() === '' || value.length > 300) throw notGrants();
    return value;
  };
  if (grant.kind === 'brand') return { kind: 'brand' };
  if (grant.kind === 'dealer') return { kind: 'dealer', dealerId: text('dealerId') };
  if (grant.kind === 'dealer-group') return { kind: 'dealer-group', name: text('name') };
  if (grant.kind === 'account' && /^\d{1,20}$/.test(text('accountKey'))) return { kind: 'account', accountKey: text('accountKey') };
  if (grant.kind === 'region') {
    const from = grant.from ?? 0;
    const to = grant.to ?? null;
    if (!Number.isSafeInteger(from) || !(to === null || (Number.isSafeInteger(to) && Number(to) > Number(from)))) throw notGrants();
    return { kind: 'region', path: text('path'), from: Number(from), to: to === null ? null : Number(to) };
  }
  throw notGrants();
}

/** Throws `unprocessable` for a grant that names nothing in the brand: a slip of the pen would otherwise be a user who sees nothing, or later too much. */
export async function assertGrantsExist(reads: Reads, brandId: number, grants: readonly Grant[]): Promise<void> {
  for (const grant of grants) {
    const asked = EXISTS[grant.kind];
    if (!asked) continue;
    const rows = (await reads.query(asked, [brandId, subjectOf(grant)])) as object[];
    if (rows.length === 0) throw absent(grant);
  }
}

const EXISTS: Readonly<Record<Grant['kind'], string | null>> = {
  brand: null,
  dealer: 'SELECT FROM dealer WHERE brand_id = $1 AND dealer_id = $2 LIMIT 1',
  'dealer-group': 'SELECT FROM dealer_placement WHERE brand_id = $1 AND dealer_group = $2 LIMIT 1',
  account: 'SELECT FROM account WHERE brand_id = $1 AND account_key = $2::numeric LIMIT 1',
  region: `SELECT FROM sales_region WHERE brand_id = $1 AND path = $2
    UNION ALL SELECT FROM dealer_placement WHERE brand_id = $1 AND (sales_region = $2 OR starts_with(sales_region, $2 || '/')) LIMIT 1`,
};

function subjectOf(grant: Grant): string {
  if (grant.kind === 'dealer') return grant.dealerId;
  if (grant.kind === 'dealer-group') return grant.name;
  if (grant.kind === 'account') return grant.accountKey;
  return grant.kind === 'region' ? grant.path : '';
}

const notGrants = () =>
  badField(
    'grants',
    { zh: '可见范围格式不正确', en: 'The rows are not given as grants' },
    {
      zh: '例如 [{"kind":"dealer","dealerId":"D01"}]，种类有 brand、region、dealer-group、dealer、account',
      en: 'For example [{"kind":"dealer","dealerId":"D01"}]; kinds: brand, region, dealer-group, dealer, account',
    },
  );

const absent = ({ kind }: Grant) =>
  badField(
    'grants',
    { zh: `可见范围中的 ${kind} 在本品牌中不存在`, en: `A ${kind} of the grants does not exist in the brand` },
    { zh: '请先导入经销商、区域或账号', en: 'Import dealers, regions or accounts first' },
  );
