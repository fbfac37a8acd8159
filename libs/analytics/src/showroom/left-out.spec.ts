import type { BrandState, Declaration } from '@app/contracts';
import { raffleColumns, staffColumns } from './left-out';

const declared = (kind: Declaration['kind'], scope: Partial<Declaration>): Declaration => ({
  declarationId: 'x',
  kind,
  accountKey: null,
  dealerId: null,
  from: 100,
  to: 200,
  viewerKeys: ['7', '8'],
  detail: null,
  ...scope,
});
const owned = { dealerId: 'd', ownerKind: 'dealer', declaredTier: null } as const;
const stateOf = (declarations: Declaration[]) =>
  ({
    declarations,
    ownerships: [
      { ...owned, accountKey: '1', from: 0, to: 150 },
      { ...owned, accountKey: '2', from: 150, to: null },
      { ...owned, accountKey: '3', from: 300, to: null },
    ],
  }) as unknown as BrandState;

it('a dealer’s staff are staff in an account while the dealer owns it', () => {
  expect(staffColumns(stateOf([declared('staff', { dealerId: 'd' })]))).toEqual({
    staffViewers: [7n, 8n, 7n, 8n],
    staffAccounts: [1n, 1n, 2n, 2n],
    staffFrom: [100, 100, 150, 150],
    staffTo: [149, 149, 200, 200],
  });
});

it('a brand’s raffle reaches every asked account, a dealer’s those it owned then', () => {
  const brand = raffleColumns(stateOf([declared('raffle', {})]), [1n, 9n], 0, 1000);
  expect(brand).toEqual({ raffleAccounts: [1n, 9n], raffleFrom: [100, 100], raffleTo: [200, 200] });
  expect(raffleColumns(stateOf([declared('raffle', { dealerId: 'd' })]), [1n, 3n], 0, 1000).raffleAccounts).toEqual([1n]);
});
