import fc from 'fast-check';
import { addedSums, visitChunks } from './visit-chunks';

const owners = fc.array(fc.record({ account: fc.nat(9).map(String), subject: fc.integer({ min: 1, max: 6 }) }), { maxLength: 20 });
const sizes = fc
  .array(fc.nat(50), { minLength: 10, maxLength: 10 })
  .map((counts) => new Map(counts.map((count, at) => [String(at), count])));

describe('chunks of accounts whose visits are formed', () => {
  it('hold every account with entries, each group whole, and the viewers of a large group once', () => {
    fc.assert(
      fc.property(owners, sizes, fc.integer({ min: 1, max: 120 }), (rows, entries, limit) => {
        const chunks = visitChunks({ owners: rows, sizes: entries, limit });
        const live = new Set(rows.map(({ account }) => account).filter((account) => entries.get(account)! > 0));
        expect(new Set(chunks.flatMap(({ accounts }) => accounts))).toEqual(live);
        for (const subject of new Set(rows.map((row) => row.subject))) {
          const own = rows.filter((row) => row.subject === subject && live.has(row.account)).map(({ account }) => account);
          const holding = chunks.filter(({ accounts }) => own.some((account) => accounts.includes(account)));
          for (const { accounts } of holding) expect(own.every((account) => accounts.includes(account))).toBe(true);
          const shares = holding.map(({ share }) => share);
          if (own.length > 0 && shares[0] === null) expect(shares).toEqual([null]);
          else expect(shares.map((share) => share!.at)).toEqual(shares.map((_, at) => at));
          for (const share of shares) if (share) expect(share.of).toBe(shares.length);
        }
        for (const { accounts, share } of chunks)
          if (share === null) expect(accounts.reduce((sum, account) => sum + entries.get(account)!, 0)).toBeLessThanOrEqual(limit);
      }),
    );
  });

  it('add up to the sums of all viewers', () => {
    const counts = {
      viewers: '2',
      visits: '9',
      showroom: '1',
      showroomOn2Days: '0',
      rolling: '0',
      showroomVisits: '4',
      showroomDwell: '70',
    };
    const row = { subject: 3, open: 0, ...counts, otherVisits: '5', otherDwell: '6' };
    const by = (...pairs: [string, string][]): [string[], string[]] => [pairs.map(([account]) => account), pairs.map(([, count]) => count)];
    const [sum] = addedSums([
      { ...row, showroomByAccount: by(['1', '1']), upperByAccount: by(['1', '1'], ['2', '1']) },
      { ...row, showroomByAccount: by(['2', '3']), upperByAccount: by(['2', '4']) },
    ]);
    expect(sum).toMatchObject({ subject: 3, viewers: '4', visits: '18', showroom: '2', otherDwell: '12', showroomDwell: '140' });
    expect(sum.showroomByAccount).toEqual([
      ['1', '2'],
      ['1', '3'],
    ]);
    expect(sum.upperByAccount).toEqual([
      ['1', '2'],
      ['1', '5'],
    ]);
  });
});
