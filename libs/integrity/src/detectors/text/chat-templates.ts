import { businessDay, type SignalParameters } from '@app/contracts';
import { explainedBy } from '../../calibration/declared';
import { judgeShares, shareReference, type ShareReference } from '../../calibration/own-excess';
import { SESSION_FLOOR } from '../../calibration/size-class';
import type { Detector, DetectorScope, Finding, Findings } from '../../detector';
import { percent } from '../../facts/percent';
import { sessionHits, type SessionHits } from '../../facts/session-cells';
import { around, asked, entryParameters } from '../../facts/viewer-entries';
import { COMMENTED, TEMPLATES, TEMPLATE_EVIDENCE, templateLook } from './template-looks.sql';

const NAME = 'chatTemplates';
const TEXTS = 12;
/** Share of a session's comments below which nothing is found. */
const SHARE = 0.06;

/** Near-duplicate texts of many users. */
export const chatTemplates: Detector = {
  name: NAME,
  version: 2,
  family: 'text',
  tier: 'T3',
  title: { zh: '模板弹幕', en: 'Chat templates' },
  text: {
    zh: '找同一场里多名用户发送的近似文字：至少 2 种、每种至少 3 人，且不是本账号以往的说法、其他直播间的常用语、短问候，也不是抽奖口令。只比较文字的指纹，不保存、不显示原文。',
    en: 'Looks for near-duplicate texts of many users in one session: at least two of them, by three users each, that are no way of talking in this room before or in other rooms, no short greeting and no raffle word. Only fingerprints are compared; no text is kept or shown.',
  },
  weaknesses: {
    zh: '改写得很彻底的文字、不足三人使用的模板看不出；平台推送的评论没有文字，无法评估。',
    en: 'Texts that are thoroughly rephrased, or used by fewer than three users, are not seen. Comments that platforms push have no text: not assessable.',
  },
  inputs: ['comments', 'declarations'],
  parameters: {
    share: { value: SHARE, unit: 'share', text: { zh: '最少的评论占比', en: 'least share of comments' } },
    templates: { value: TEMPLATES, unit: 'texts', text: { zh: '不同模板数', en: 'different templates' } },
  },
  minimumSample: { texts: { value: TEXTS, unit: 'comments', text: { zh: '有文字的评论', en: 'comments with a text' } } },
  run,
};

interface Chat {
  account: string;
  sessionId: string;
  from: number;
  to: number;
  comments: number;
  texts: number;
}

async function run(scope: DetectorScope): Promise<Findings> {
  const all = await readChats(scope);
  const chats = all.filter(({ texts }) => texts >= TEXTS);
  const hits = chats.length === 0 ? new Map<string, SessionHits>() : await readHits(scope);
  const shares = chats.map((chat) => ({
    account: chat.account,
    size: chat.comments,
    share: Math.min(1, (hits.get(keyOf(chat))?.hits ?? 0) / chat.comments),
    past: chat.from < scope.judgedFrom,
  }));
  const reference = await scope.reference<ShareReference>(NAME, () => Promise.resolve(shareReference(shares)));
  const results = judgeShares(shares, reference);
  const findings = chats.flatMap((chat, at) => {
    const own = hits.get(keyOf(chat));
    const { strength, usual } = results[at];
    if (!own || strength < SESSION_FLOOR || shares[at].share < SHARE || chat.from < scope.judgedFrom) return [];
    return findingOf(scope, chat, { hits: own, strength, usual, share: shares[at].share }) ?? [];
  });
  return { findings, notAssessable: all.flatMap((chat) => gap(scope, chat) ?? []) };
}

const keyOf = ({ account, sessionId }: { account: string; sessionId: string }): string => `${account}/${sessionId}`;

async function readChats(scope: DetectorScope): Promise<Chat[]> {
  const span = { from: scope.historyFrom, to: scope.window.to };
  const parameters = entryParameters(
    scope,
    scope.accounts.map(({ key }) => key),
    span,
  );
  const rows = await scope.query<Record<'account' | 'sessionId' | 'first' | 'last' | 'comments' | 'texts', string>>({
    ...{ name: 'integrity.comments', sql: COMMENTED, params: asked(COMMENTED, parameters), maxSeconds: 300 },
  });
  return rows.map((row) => ({
    ...{ account: row.account, sessionId: row.sessionId, from: Number(row.first), to: Number(row.last) + 1 },
    ...{ comments: Number(row.comments), texts: Number(row.texts) },
  }));
}

/** One statement for all rooms: what is usual everywhere is seen in all of them together. An incremental scan knows what is usual in its own rooms only. */
const readHits = async (scope: DetectorScope): Promise<Map<string, SessionHits>> =>
  new Map((await sessionHits(scope, templateLook)).map((one) => [keyOf(one), one]));

function gap(scope: DetectorScope, chat: Chat): Findings['notAssessable'][number] | null {
  const account = scope.accountOf(chat.account);
  if (!account || chat.from < scope.judgedFrom || chat.texts >= TEXTS) return null;
  return {
    subject: { kind: 'session', platform: account.platform, accountId: account.accountId, sessionId: chat.sessionId },
    reason:
      chat.texts === 0
        ? { zh: '来源不提供评论文字', en: 'The source does not give the text of comments' }
        : { zh: `有文字的评论少于 ${TEXTS} 条`, en: `Fewer than ${TEXTS} comments with a text` },
  };
}

interface Found {
  hits: SessionHits;
  share: number;
  usual: number;
  strength: number;
}

function findingOf(scope: DetectorScope, chat: Chat, { hits, share, usual, strength }: Found): Finding | null {
  const declared = explainedBy(scope.declared(chat.account), chat);
  if (declared.outage) return null;
  const account = scope.accountOf(chat.account)!;
  const place = { platform: account.platform, accountId: account.accountId };
  const parameters: SignalParameters = {
    ...entryParameters(scope, [chat.account], { from: scope.historyFrom, to: around(scope, chat).to }),
    session: chat.sessionId,
  };
  const messages = Math.round(hits.hits);
  return {
    subject: { kind: 'session', ...place, sessionId: chat.sessionId },
    window: { from: chat.from, to: chat.to },
    strength,
    evidence: {
      text: {
        zh: `${chat.comments} 条评论中有 ${messages} 条出自 ${hits.codes.length} 种多人使用的近似文字，平时占比为 ${percent(usual)}，本场为 ${percent(share)}。`,
        en: `${messages} of ${chat.comments} comments are made from ${hits.codes.length} near-duplicate texts of many users: ${percent(share)} of the session, usually ${percent(usual)}.`,
      },
      figures: [
        {
          ...{
            name: 'templateShare',
            label: { zh: '模板评论占比', en: 'Share of comments from templates' },
            value: Math.round(share * 1e4) / 1e4,
          },
          ...{ ownReference: Math.round(usual * 1e4) / 1e4, peerReference: null, honestQuantile: Math.round(strength * 1e5) / 1e5 },
        },
      ],
      rows: hits.codes.slice(0, 10).map(({ code, views, expected }) => ({ fingerprint: code, messages: views, users: expected })),
      removes: [
        {
          ...{ kind: 'units', ...place, origin: 'session', item: chat.sessionId, line: 'comment', day: businessDay(chat.from, scope.zone) },
          ...{ units: messages, low: Math.round(messages * 0.7), high: Math.min(chat.comments, Math.round(messages * 1.3)) },
        },
      ],
      ...{ sql: TEMPLATE_EVIDENCE, parameters: { ...parameters, codes: hits.codes.map(({ code }) => code) } },
    },
  };
}
