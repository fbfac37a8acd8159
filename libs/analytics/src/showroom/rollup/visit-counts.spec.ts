import fc from 'fast-check';
import { AccountVisitCount, VisitCount, sumsUnder } from './visit-counts';

/** A viewer of a group of two accounts in two months: counted visits, further possible ones, known dwell, on two days. */
const cell = fc.record({ visits: fc.nat(6), further: fc.nat(2), known: fc.nat(6), dwell: fc.nat(900), days: fc.boolean() });
const person = fc.record({
  seen: fc.boolean(),
  cells: fc.array(fc.record({ account: fc.constantFrom('1', '2'), cell }), { minLength: 1, maxLength: 4 }),
});
type Person = typeof person extends fc.Arbitrary<infer Each> ? Each : never;

const best = (person: Person, count: (each: Person['cells'][number]['cell']) => number, account?: string) =>
  Math.max(0, ...person.cells.filter((each) => account === undefined || each.account === account).map((each) => count(each.cell)));
const sum = (person: Person, count: (each: Person['cells'][number]['cell']) => number) =>
  person.cells.reduce((total, each) => total + count(each.cell), 0);

/** As the store groups them. */
const countsOf = (persons: Person[]) =>
  persons.map((own): VisitCount => ({
    subject: 1,
    most: best(own, ({ visits }) => visits),
    mostOn2Days: best(own, ({ visits, days }) => (days ? visits : 0)),
    persons: '1',
    viewers: own.seen ? '1' : '0',
    visits: String(sum(own, ({ visits }) => visits)),
    knownVisits: String(sum(own, ({ known }) => known)),
    knownDwell: String(sum(own, ({ dwell }) => dwell)),
  }));
const accountsOf = (persons: Person[]) =>
  persons.flatMap((own) =>
    [...new Set(own.cells.map(({ account }) => account))].map((account): AccountVisitCount => ({
      subject: 1,
      account,
      most: best(own, ({ visits }) => visits, account),
      possible: best(own, ({ visits, further }) => visits + further, account),
      persons: '1',
    })),
  );

describe('showroom visitors out of numbers of visits', () => {
  it('are, under every least number of visits, the viewers with so many to one account in one month', () => {
    fc.assert(
      fc.property(fc.array(person, { maxLength: 12 }), fc.integer({ min: 1, max: 8 }), (persons, minVisits) => {
        const sums = sumsUnder(minVisits, 1, countsOf(persons), accountsOf(persons));
        const showroom = persons.filter((own) => own.cells.some(({ cell: { visits } }) => visits >= minVisits));
        const onDays = persons.filter((own) => own.cells.some(({ cell: { visits, days } }) => days && visits >= minVisits));
        expect([sums.showroom, sums.showroomOn2Days]).toEqual([String(showroom.length), String(onDays.length)]);
        expect(sums.viewers).toBe(String(persons.filter(({ seen }) => seen).length));
        const dwell = (own: Person[]) => String(own.reduce((total, each) => total + sum(each, (one) => one.dwell), 0));
        const others = persons.filter((own) => !showroom.includes(own));
        expect([sums.showroomDwell, sums.otherDwell]).toEqual([dwell(showroom), dwell(others)]);
        const [accounts, counts] = sums.showroomByAccount;
        for (const account of ['1', '2']) {
          const own = persons.filter(({ cells }) => cells.some((each) => each.account === account && each.cell.visits >= minVisits));
          expect(counts[accounts.indexOf(account)] ?? '0').toBe(String(own.length));
        }
      }),
    );
  });

  it('never become more when more visits are asked for', () => {
    fc.assert(
      fc.property(fc.array(person, { maxLength: 12 }), fc.integer({ min: 1, max: 7 }), (persons, minVisits) => {
        const under = (visits: number) => Number(sumsUnder(visits, 1, countsOf(persons), accountsOf(persons)).showroom);
        expect(under(minVisits + 1)).toBeLessThanOrEqual(under(minVisits));
      }),
    );
  });
});
