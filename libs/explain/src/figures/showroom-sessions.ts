import { SessionEvidence, showroom } from '@app/analytics';
import type { Bilingual, ExplainRow } from '@app/contracts';
import { showroomInput } from '@app/reports';
import { sessionsTable } from '@app/warehouse';
import { Asked, Explainer, FORMULA_AGAIN, SUM_OF_ROWS, accountName, accountsOf, check, grouped, input, iso, linkTo } from '../asked';
import { DeliveryList, deliveryRows, readSaid, sourceOfField } from '../deliveries.reader';
import { cutPage, keyAfter, pageOf } from '../rows';
import { evidenceOf, ratio } from './showroom-persons';
import { entryRows, viewerText } from './viewer-rows';

const SESSION_FIELDS = ['started_at', 'ended_at', 'views', 'unique_viewers', 'paid_views', 'final'] as const;
const OF_SESSIONS: Bilingual = { zh: '直播场次，附各来源的交付', en: 'sessions, with what each source delivered' };

const isEligible = (session: SessionEvidence): boolean => Number(session.usableEntries) > 0 && !session.tooShort;
const hasBoth = (session: SessionEvidence): boolean => session.uniqueViewers !== null && session.identifiedViewers !== '0';
const sumOf = (sessions: readonly SessionEvidence[], of: (session: SessionEvidence) => string | null): bigint =>
  sessions.reduce((sum, session) => sum + BigInt(of(session) ?? 0), 0n);

/** Sessions of a page, each with the deliveries behind it and which source each field is from. */
export async function sessionRows(
  asked: Asked,
  page: readonly SessionEvidence[],
  amount: (session: SessionEvidence) => string,
): Promise<ExplainRow[]> {
  const { context, ask, dataSource } = asked;
  const order = context.policy.sourceOrder;
  const said = !asked.rows.nested
    ? []
    : await readSaid(context.warehouse, sessionsTable, {
        brandId: ask.brand.brandId,
        accountKeys: [...new Set(page.map(({ account }) => account))],
        narrow: ' AND session_id IN {sessions: Array(String)}',
        params: { sessions: page.map(({ sessionId }) => sessionId) },
        fields: SESSION_FIELDS,
      });
  const known = await new DeliveryList(dataSource, ask.brand.brandId).find(said.map(({ deliveryId }) => deliveryId));
  return page.map((session): ExplainRow => {
    const own = said.filter(({ identity }) => identity.account_key === session.account && identity.session_id === session.sessionId);
    return {
      kind: 'session',
      id: `${accountName(asked, session.account)} ${session.sessionId}`,
      amount: amount(session),
      fields: {
        startedAt: iso(session.startedAt),
        endedAt: session.endedAt === null ? null : iso(session.endedAt),
        views: session.views === null ? null : Number(session.views),
        viewsFrom: sourceOfField(own, 'views', order)?.source ?? null,
        uniqueViewers: session.uniqueViewers === null ? null : Number(session.uniqueViewers),
        uniqueViewersFrom: sourceOfField(own, 'unique_viewers', order)?.source ?? null,
        entries: Number(session.entries),
        identifiedViewers: Number(session.identifiedViewers),
        tooShort: session.tooShort,
      },
      ...(asked.rows.nested ? { rows: deliveryRows(own, known, order) } : {}),
    };
  });
}

const pageOfSessions = (
  asked: Asked,
  sessions: readonly SessionEvidence[],
  amount: (session: SessionEvidence) => string,
  of = OF_SESSIONS,
) =>
  pageOf(sessions, asked.rows, {
    of,
    place: ({ startedAt, account, sessionId }) => `${String(startedAt).padStart(15, '0')} ${account} ${sessionId}`,
    rows: (page) => sessionRows(asked, page, amount),
  });

const counted =
  (chosen: (session: SessionEvidence) => boolean): Explainer =>
  async (asked) => {
    const sessions = (await evidenceOf(asked).sessions()).filter(chosen);
    return {
      filled: `|sessions| = ${grouped(sessions.length)}`,
      rows: await pageOfSessions(asked, sessions, () => '1'),
      checks: [check(SUM_OF_ROWS, asked.value, sessions.length)],
    };
  };

const seenFactor: Explainer = async (asked) => {
  const both = (await evidenceOf(asked).sessions()).filter(hasBoth);
  const [platform, identified] = [sumOf(both, (one) => one.uniqueViewers), sumOf(both, (one) => one.identifiedViewers)];
  return {
    filled: `k = ${grouped(platform)} ÷ ${grouped(identified)} = ${String(asked.value ?? '—')}`,
    rows: await pageOfSessions(asked, both, (session) => `${session.uniqueViewers} ÷ ${session.identifiedViewers}`, {
      zh: '同时有平台人数与已识别观众的场次（平台人数 ÷ 已识别观众）',
      en: 'sessions with both numbers (platform viewers ÷ identified viewers)',
    }),
    checks: [check(FORMULA_AGAIN, asked.value, ratio(platform, identified, 4))],
  };
};

/** Entries seen ÷ views over sessions with views, of accounts of which a viewer-level source tells any. */
const showroomCoverage: Explainer = async (asked) => {
  const sessions = (await evidenceOf(asked).sessions()).filter(({ views }) => Number(views ?? 0) > 0);
  const heard = new Set(sessions.filter(({ entries }) => entries !== '0').map(({ account }) => account));
  const told = sessions.filter(({ account }) => heard.has(account));
  const [seen, views] = [sumOf(told, (one) => one.entries), sumOf(told, (one) => one.views)];
  const share = ratio(seen, views, 4);
  return {
    filled: `min(1, ${grouped(seen)} ÷ ${grouped(views)}) = ${String(asked.value ?? '—')}`,
    rows: await pageOfSessions(asked, told, (session) => `${session.entries} ÷ ${session.views}`, {
      zh: '有观看人次的场次（进房 ÷ 观看人次）',
      en: 'sessions with views (entries ÷ views)',
    }),
    checks: asked.value === null ? [] : [check(FORMULA_AGAIN, asked.value, share === null ? null : Math.min(1, Number(share)))],
    notes:
      asked.value === null
        ? [{ zh: '仅文件来源或无观看人次：覆盖率为空。', en: 'File-only accounts, or no views: coverage is null.' }]
        : [],
  };
};

/** Upper bound (domain.md 3.12): of each account ceil(VST × max(1, k)); above the account ceil(VST × Σ high ÷ Σ VST). */
const showroomVisitorsHigh: Explainer = async (asked) => {
  const { context, group } = asked;
  const accounts = new Set(accountsOf(asked));
  const asks = showroomInput(context, 'ranking');
  const memberships = asks.memberships
    .filter(({ accountKey }) => accounts.has(accountKey))
    .map((member) => ({ ...member, group: member.group === group ? member.accountKey : 'elsewhere' }));
  const bounds = (await showroom(context.warehouse, { ...asks, memberships, stored: false })).filter((row) => row.group !== 'elsewhere');
  const known = bounds.filter(({ showroomVisitors }) => showroomVisitors !== null);
  const [low, high] = [
    known.reduce((sum, row) => sum + row.showroomVisitors!, 0),
    known.reduce((sum, row) => sum + (row.showroomVisitorsHigh ?? 0), 0),
  ];
  const vst = asked.row.showroomVisitors as number | null;
  const again = vst === null ? null : low > 0 ? ceil(vst * high, low) : high;
  const [only] = known;
  const filled =
    known.length === 1 && only.seenFactor !== null
      ? `⌈${grouped(vst)} × max(1, k = ${only.seenFactor})⌉ = ${String(asked.value ?? '—')}`
      : `⌈${grouped(vst)} × ${grouped(high)} ÷ ${grouped(low)}⌉ = ${String(asked.value ?? '—')}`;
  return {
    filled,
    inputs: [
      input(asked, { zh: '虚拟展厅客流', en: 'VST' }, vst, 'showroomVisitors'),
      input(
        asked,
        { zh: 'k：平台人数 ÷ 已识别观众', en: 'k: platform viewers ÷ identified viewers' },
        asked.row.seenFactor as number | null,
        'seenFactor',
      ),
    ],
    rows: await pageOf(known, asked.rows, {
      of: { zh: '账号及其上限（估计值）', en: 'accounts with their upper bounds (estimates)' },
      place: (row) => row.group,
      rows: (page) =>
        page.map((row) => ({
          kind: 'account' as const,
          id: accountName(asked, row.group),
          amount: row.showroomVisitorsHigh === null ? null : String(row.showroomVisitorsHigh),
          fields: { showroomVisitors: row.showroomVisitors, seenFactor: row.seenFactor },
          explain: linkTo(asked, 'seenFactor', { level: 'account', subject: accountName(asked, row.group) }),
        })),
    }),
    checks: asked.value === null ? [] : [check(FORMULA_AGAIN, asked.value, again)],
  };
};

const ceil = (product: number, divisor: number): number => Number((BigInt(product) + BigInt(divisor) - 1n) / BigInt(divisor));

const entries: Explainer = async (asked) => {
  const evidence = evidenceOf(asked);
  const { limit, nested } = asked.rows;
  const found = await evidence.entries({ after: keyAfter(asked.rows), limit: limit + 1 });
  const { page, nextCursor } = cutPage(found.rows, limit, ({ viewer }) => viewer);
  const own = nested
    ? await evidence.entriesOf(
        page.map(({ viewer }) => viewer),
        20,
      )
    : [];
  const rows = await entryRows(asked, own);
  const total = asked.query.figure === 'entries' ? found.entries : found.usable;
  return {
    filled:
      asked.query.figure === 'entries'
        ? `|entries| = ${grouped(found.entries)}`
        : `${grouped(found.usable)} ÷ ${grouped(found.entries)} = ${String(asked.value ?? '—')}`,
    inputs: asked.query.figure === 'entries' ? [] : [input(asked, { zh: '进房', en: 'entries' }, asked.row.entries as number, 'entries')],
    rows: {
      of: { zh: '观众标识（含哨兵），各计其进房数', en: 'ids (sentinels too), each with its entries' },
      total: found.viewers,
      nextCursor,
      rows: page.map((row) => {
        const mine = rows.filter((_, at) => own[at].viewer === row.viewer);
        return {
          kind: 'viewer' as const,
          id: row.usable ? viewerText(asked, row.viewer) : `sentinel ${viewerText(asked, row.viewer)}`.trim(),
          amount: row.entries,
          fields: { usable: row.usable },
          ...(nested ? { rows: mine, more: Number(row.entries) - mine.length } : {}),
        };
      }),
    },
    checks: [
      asked.query.figure === 'entries'
        ? check(SUM_OF_ROWS, asked.value, total)
        : check(FORMULA_AGAIN, asked.value, ratio(found.usable, found.entries, 4)),
    ],
  };
};

/** Figures of showroom reports whose rows are sessions, entries or accounts (domain.md 3). */
export const SESSION_FIGURES: Record<string, Explainer> = {
  entries,
  identifiability: entries,
  sessions: counted(() => true),
  skippedSessions: counted((session) => !isEligible(session)),
  seenFactor,
  showroomVisitorsHigh,
  coverage: showroomCoverage,
};
