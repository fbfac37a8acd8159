import { createHash } from 'node:crypto';
import { RowGrants, type SeenIds, isSeen } from '@app/access';
import { type Bilingual, VitrineError, refusal } from '@app/contracts';
import type { BrandScope } from './report-stores';

/** Fails closed: whoever forgets to say what the asker may see gets nothing. */
export function checkedScope(scope: BrandScope | undefined): BrandScope {
  if (scope === 'all' || scope instanceof Set || scope instanceof RowGrants) return scope;
  throw new VitrineError('internal', { en: 'A report was asked without a scope.', zh: '报表请求缺少权限范围。' });
}

/** Is an account among those that a scope shows (`seenBy`)? */
export const inScope = (seen: SeenIds, accountKey: string): boolean => isSeen(seen, accountKey);

/** Part of every cache key, so that no answer crosses scopes. */
export const scopeKey = (scope: BrandScope): string =>
  scope === 'all'
    ? 'all'
    : createHash('sha256')
        .update(JSON.stringify(textsOf(scope)))
        .digest('hex');

const textsOf = (scope: Exclude<BrandScope, 'all'>): string[] =>
  scope instanceof RowGrants
    ? ['grants', ...scope.grants.map((grant) => JSON.stringify(grant)).sort()]
    : ['accounts', ...[...scope].sort()];

/** Fails closed: `act` is for whoever sees the whole brand. Throws forbidden. */
export function wholeBrand(scope: BrandScope, act: Bilingual): void {
  if (checkedScope(scope) === 'all') return;
  throw refusal(
    'forbidden',
    { zh: `${act.zh}需要全品牌权限`, en: `${act.en} needs the whole brand` },
    { zh: '请由品牌管理员操作', en: 'Somebody who sees the whole brand has to do it' },
  );
}
