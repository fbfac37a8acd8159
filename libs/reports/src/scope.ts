import { createHash } from 'node:crypto';
import { type Bilingual, VitrineError, refusal } from '@app/contracts';
import type { BrandScope } from './report-stores';

/** Fails closed: whoever forgets to say what the asker may see gets nothing. */
export function checkedScope(scope: BrandScope | undefined): BrandScope {
  if (scope === 'all' || scope instanceof Set) return scope;
  throw new VitrineError('internal', { en: 'A report was asked without a scope.', zh: '报表请求缺少权限范围。' });
}

export const inScope = (scope: BrandScope, accountKey: string): boolean => scope === 'all' || scope.has(accountKey);

/** Part of every cache key, so that no answer crosses scopes. */
export const scopeKey = (scope: BrandScope): string =>
  scope === 'all'
    ? 'all'
    : createHash('sha256')
        .update([...scope].sort().join(','))
        .digest('hex');

/** Fails closed: `act` is for whoever sees the whole brand. Throws forbidden. */
export function wholeBrand(scope: BrandScope, act: Bilingual): void {
  if (checkedScope(scope) === 'all') return;
  throw refusal(
    'forbidden',
    { zh: `${act.zh}需要全品牌权限`, en: `${act.en} needs the whole brand` },
    { zh: '请由品牌管理员操作', en: 'Somebody who sees the whole brand has to do it' },
  );
}
