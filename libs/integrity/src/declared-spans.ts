import type { BrandState } from '@app/contracts';
import type { DeclaredSpan } from './detector';
import { grouped } from './grouped';

/** Declarations by account: its own, those of its dealer while it owns the account, and the brand's. Oldest first. */
export function declaredSpans({ declarations, ownerships, accounts }: BrandState): (accountKey: string) => readonly DeclaredSpan[] {
  const known = new Map<string, DeclaredSpan[]>();
  const owned = grouped(ownerships, ({ accountKey }) => accountKey);
  const byAccount = grouped(
    declarations.filter((one) => one.accountKey !== null),
    (one) => one.accountKey!,
  );
  const byDealer = grouped(
    declarations.filter((one) => one.accountKey === null && one.dealerId !== null),
    (one) => one.dealerId!,
  );
  const ofBrand = declarations.filter((one) => one.accountKey === null && one.dealerId === null);
  const span = (one: (typeof declarations)[number], scope: DeclaredSpan['scope'], from = -Infinity, to = Infinity): DeclaredSpan[] => {
    const cut = { from: Math.max(one.from, from), to: Math.min(one.to, to) };
    if (cut.to < cut.from) return [];
    return [{ declarationId: one.declarationId, kind: one.kind, ...cut, detail: one.detail ?? '', scope }];
  };
  const of = (accountKey: string): DeclaredSpan[] =>
    [
      ...(byAccount.get(accountKey) ?? []).flatMap((one) => span(one, 'account')),
      ...(owned.get(accountKey) ?? []).flatMap(({ dealerId, from, to }) =>
        (byDealer.get(dealerId ?? '') ?? []).flatMap((one) => span(one, 'dealer', from, to ?? Infinity)),
      ),
      ...ofBrand.flatMap((one) => span(one, 'brand')),
    ].sort((a, b) => a.from - b.from || a.to - b.to);
  const isKnown = new Set(accounts.map(({ accountKey }) => accountKey));
  return (accountKey) => {
    if (!isKnown.has(accountKey)) return [];
    let spans = known.get(accountKey);
    if (!spans) known.set(accountKey, (spans = of(accountKey)));
    return spans;
  };
}
