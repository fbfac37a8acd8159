import { createHash } from 'node:crypto';
import { VitrineError } from '@app/contracts';
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
