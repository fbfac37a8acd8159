import type { DataSource } from 'typeorm';
import type { Brand } from '@app/contracts';
import type { Grant, GrantStore } from '@app/platforms';
import { KnownAccounts } from './known-accounts';

const grantOf = (principalId: string, revoked = false): Grant => ({ principalId, revoked }) as unknown as Grant;

function knownOf(lists: Map<string, Grant>[]): { known: KnownAccounts; looks: () => number } {
  let looks = 0;
  const list = (): Promise<Map<string, Grant>> => Promise.resolve(lists[Math.min(looks++, lists.length - 1)]);
  const known = new KnownAccounts({
    dataSource: {} as DataSource,
    grants: { list } as unknown as GrantStore,
    brandOf: () => Promise.resolve({} as Brand),
    keepMs: 60_000,
  });
  return { known, looks: () => looks };
}

describe('grants that jobs know', () => {
  it('are read once for a while', async () => {
    const { known, looks } = knownOf([new Map([['a', grantOf('p')]])]);
    for (let n = 0; n < 3; n++) expect((await known.grant(1, 'douyin-open', 'a'))?.principalId).toBe('p');
    expect(looks()).toBe(1);
  });

  it('are looked up anew for an account that came since, or was authorised again, once for all who ask together', async () => {
    const { known, looks } = knownOf([
      new Map([['back', grantOf('old', true)]]),
      new Map([
        ['new', grantOf('p')],
        ['back', grantOf('again')],
      ]),
    ]);
    expect(await known.grants(1, 'douyin-open')).toHaveProperty('size', 1);
    const found = await Promise.all(['new', 'back', 'new'].map((account) => known.grant(1, 'douyin-open', account)));
    expect(found.map((grant) => grant?.principalId)).toEqual(['p', 'again', 'p']);
    expect(looks()).toBe(2);
  });

  it('of nobody are none, also after a look', async () => {
    const { known } = knownOf([new Map()]);
    expect(await known.grant(1, 'douyin-open', 'nobody')).toBeNull();
  });
});
