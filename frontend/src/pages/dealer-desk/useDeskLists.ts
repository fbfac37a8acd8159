import type { AccountListRow, SessionListRow } from '@app/contracts';
import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { listCases } from '@/api/cases';
import { allRows } from '@/api/client';
import { listOwnAccounts, listSessions } from '@/api/desk';
import type { useDesk } from '@/composables/useDesk';

type Desk = ReturnType<typeof useDesk>;
export interface SessionRow extends SessionListRow {
  account: AccountListRow;
}

/** Broadcasts of the month on the dealer's accounts, the newest first. */
export const useOwnSessions = (desk: Desk) =>
  useQuery({
    queryKey: computed(() => ['desk-sessions', desk.dealer.value?.dealerId, desk.month.value] as const),
    queryFn: async ({ signal }): Promise<SessionRow[]> => {
      const own = (await listOwnAccounts(signal)).filter(({ dealerId }) => dealerId === desk.dealer.value?.dealerId);
      const lists = await Promise.all(
        own.map(async (account) => (await listSessions(account, desk.month.value!, signal)).map((row) => ({ ...row, account }))),
      );
      return lists.flat().sort((a, b) => b.startedAt - a.startedAt);
    },
    enabled: computed(() => desk.asked.value !== null),
  });

/** Cases of the dealer, those that are due first first. */
export const useOwnCases = (desk: Desk) =>
  useQuery({
    queryKey: computed(() => ['desk-cases', desk.dealer.value?.dealerId] as const),
    queryFn: ({ signal }) =>
      allRows((cursor) => listCases({ dealerId: desk.dealer.value!.dealerId, order: 'due', limit: 500, cursor }, signal)),
    enabled: computed(() => desk.dealer.value !== null),
  });

/** Where the report of a broadcast is. */
export const sessionReport = ({ account, sessionId }: SessionRow) => ({
  name: 'live-room',
  params: { platform: account.platform, accountId: account.accountId },
  query: { session: sessionId },
});
