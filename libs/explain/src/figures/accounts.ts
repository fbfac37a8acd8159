import type { Bilingual } from '@app/contracts';
import { accountCoverage, readSlices } from '@app/reports';
import { Explainer, SUM_OF_ROWS, accountName, accountsOf, check, grouped, linkTo, textOf } from '../asked';
import { pageOf } from '../rows';

const OF_ACCOUNTS: Bilingual = { zh: '该主体的账号（每行计 1）', en: 'accounts of the subject (each counts 1)' };

/** How many accounts a row is over; of those that are known, the figures of the accounts say which. */
export const accounts: Explainer = async (asked) => {
  const own = accountsOf(asked);
  const figure =
    { showroom: 'showroomVisitors', ranking: 'showroomVisitors', value: 'valueCny', tiers: 'trailingValueCny' }[asked.report as 'value'] ??
    'showroomVisitors';
  return {
    filled: `${textOf(asked.row.accountsKnown)} / ${grouped(own.length)}`,
    rows: await pageOf(own, asked.rows, {
      of: OF_ACCOUNTS,
      place: (accountKey) => accountKey.padStart(20, '0'),
      rows: (page) =>
        page.map((accountKey) => ({
          kind: 'account' as const,
          id: accountName(asked, accountKey),
          amount: '1',
          fields: {},
          explain: linkTo(asked, figure, { level: 'account', subject: accountName(asked, accountKey) }),
        })),
    }),
    checks: asked.query.figure === 'accountsTotal' ? [check(SUM_OF_ROWS, asked.value, own.length)] : [],
  };
};

/** Coverage of value and ranking: expected days that arrived, account by account. */
export const coverage: Explainer = async (asked) => {
  const [slice] = await readSlices([asked.context], { valueOnly: true });
  const known = accountCoverage(asked.context, slice);
  return {
    filled: `mean over accounts = ${textOf(asked.value)}`,
    rows: await pageOf(accountsOf(asked), asked.rows, {
      of: { zh: '账号的覆盖率（场次、视频、粉丝）', en: 'coverage of the accounts (sessions, videos, followers)' },
      place: (accountKey) => accountKey.padStart(20, '0'),
      rows: (page) =>
        page.map((accountKey) => {
          const own = known.get(accountKey);
          return {
            kind: 'account' as const,
            id: accountName(asked, accountKey),
            amount: null,
            fields: { sessions: own?.sessions ?? null, videos: own?.videos ?? null, followers: own?.followers ?? null },
          };
        }),
    }),
  };
};
