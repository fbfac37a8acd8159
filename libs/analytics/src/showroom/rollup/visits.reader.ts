import type { VisitorSums } from '../showroom-readings';
import { StoredReader } from './stored.reader';
import { AccountVisitCount, VisitCount, bySubject, sumsUnder } from './visit-counts';
import { accountVisitCounts, visitCounts } from './visits.sql';

/** How often the viewers of a subject came. */
interface SubjectCounts {
  counts: VisitCount[];
  accounts: AccountVisitCount[];
}

/**
 * Rankings of whole months out of the kept visits, under any `minVisits`: nothing that is read depends on it. There are no runs of sessions and no
 * rolling number.
 */
export class VisitsReader extends StoredReader {
  override async visitorsOf(accounts: string[]) {
    const [subjects, grabbers] = await Promise.all([this.countsOf(new Set(accounts)), this.grabbers(accounts)]);
    const { minVisits } = this.scope.policy;
    const visitors: VisitorSums[] = [...subjects].map(([subject, { counts, accounts: own }]) => sumsUnder(minVisits, subject, counts, own));
    return { visitors, grabbers, consecutive: new Map<number, number>() };
  }

  private async countsOf(known: ReadonlySet<string>): Promise<Map<number, SubjectCounts>> {
    const rows = bySubject(this.rows.filter((row) => known.has(row.account)));
    const accountsOf = new Map([...rows].map(([subject, own]) => [subject, [...new Set(own.map(({ account }) => account))]]));
    const kept = await this.memory.recall<SubjectCounts>({
      name: 'showroom.visit_counts',
      decidedBy: [this.scope.brandId, this.months, this.basis],
      from: ['showroom'],
      parts: this.partsOf(accountsOf),
      read: async (groups) => {
        const asked = groups.map((group) => this.subjectOf(group));
        const own = asked.flatMap((subject) => rows.get(subject) ?? []);
        const owners = this.ownersOf(own);
        const members = [...new Set(own.map((row) => row.account))];
        const [counts, byAccount] = await Promise.all([
          this.ask<VisitCount>('showroom.visit_counts', visitCounts(this.keyChanges.length), members, owners),
          this.ask<AccountVisitCount>('showroom.account_visit_counts', accountVisitCounts(this.keyChanges.length), members, owners),
        ]);
        return this.gathered(asked, counts, byAccount);
      },
    });
    return new Map([...kept].map(([group, counts]) => [this.subjectOf(group), counts]));
  }

  /** By group: the number of a subject is another one in another answer. */
  private gathered(asked: number[], counts: VisitCount[], byAccount: AccountVisitCount[]): Map<string, SubjectCounts> {
    const [countsOf, accountsOf] = [bySubject(counts), bySubject(byAccount)];
    return new Map(
      asked.map((subject) => [this.groupOf(subject), { counts: countsOf.get(subject) ?? [], accounts: accountsOf.get(subject) ?? [] }]),
    );
  }
}
