import type { Bilingual, Platform } from './platform';
import type { GrantProduct } from './product';

/** A source can give it, or cannot and says why and where else it comes from. */
export type Capability = true | { kind: false; reason: Bilingual };

/**
 * What a source of figures may give, with what users call it. The first seven are calls of a connector; the others are figures of their answers
 * that some connectors lack. `sessions` is a call for broadcasts; `sessionList`: that call lists every broadcast, not only some.
 */
export const CAPABILITY_LABELS = {
  accounts: { zh: '账号资料', en: 'account profile' },
  sessions: { zh: '直播场次数据', en: 'figures of broadcasts' },
  videos: { zh: '短视频累计数据', en: 'running totals of short videos' },
  videoDays: { zh: '短视频每日序列', en: 'daily series of short videos' },
  followers: { zh: '粉丝总量', en: 'follower totals' },
  leads: { zh: '线索数', en: 'numbers of leads' },
  minutes: { zh: '直播分钟曲线', en: 'minute curves of broadcasts' },
  sessionList: { zh: '完整的直播场次列表', en: 'the complete list of broadcasts' },
  sessionViews: { zh: '直播观看人次', en: 'views of broadcasts' },
  sessionViewers: { zh: '直播观看人数', en: 'unique viewers of broadcasts' },
  sessionDwell: { zh: '直播停留时长', en: 'dwell times of broadcasts' },
  sessionReactions: { zh: '直播评论、分享与关注', en: 'comments, shares and follows of broadcasts' },
  gifts: { zh: '礼物', en: 'gifts' },
  impressions: { zh: '直播曝光', en: 'impressions of broadcasts' },
  paidViews: { zh: '付费流量', en: 'paid traffic' },
  viewerEvents: { zh: '观众级进房记录', en: 'viewer-level entries' },
  videoShares: { zh: '短视频分享量', en: 'shares of short videos' },
  videoFavorites: { zh: '短视频收藏量', en: 'favorites of short videos' },
} as const satisfies Record<string, Bilingual>;
export type CapabilityName = keyof typeof CAPABILITY_LABELS;
export const CAPABILITIES = Object.keys(CAPABILITY_LABELS) as CapabilityName[];
export type Capabilities = Readonly<Record<CapabilityName, Capability>>;

/** Where one capability of an account comes from; from nowhere: the reason, with what would bring it. */
export interface CapabilitySource {
  capability: CapabilityName;
  products: GrantProduct[];
  /** Delivered by file, feed or correction. */
  imported: boolean;
  reason: Bilingual | null;
}

/** A figure of the catalogue, or a line of value (without name), that no source of an account gives. */
export interface UnknownFigure {
  key: string;
  name: Bilingual | null;
  reason: Bilingual;
}

/** What the sources of one account can give, and what stays unknown for want of one. */
export interface AccountCapabilities {
  platform: Platform;
  accountId: string;
  name: string;
  products: GrantProduct[];
  capabilities: CapabilitySource[];
  unknown: UnknownFigure[];
}
