import type { Bilingual } from './platform';

/** What people call the detectors (docs/integrity.md), by their code. Says what is looked at, never that somebody did it. */
export const DETECTOR_NAMES: Readonly<Record<string, Bilingual>> = {
  conservation: { zh: '总量守恒', en: 'Conservation' },
  counterSanity: { zh: '计数合理性', en: 'Sanity of counters' },
  sourceReconciliation: { zh: '多来源不一致', en: 'Sources that disagree' },
  ownRatioDrift: { zh: '自身比率漂移', en: 'Drift of own ratios' },
  seasonLevel: { zh: '高于自身同期水平', en: 'Level above the own season' },
  concurrencyShape: { zh: '在线曲线形态', en: 'Shape of concurrency' },
  engagementDecoupling: { zh: '互动与进房脱节', en: 'Reactions decoupled from entries' },
  followerSpike: { zh: '粉丝异常增长', en: 'Follower spikes' },
  replayRoom: { zh: '录播或无人直播间', en: 'Replay or unattended room' },
  undeclaredPaid: { zh: '未申报的付费流量', en: 'Undeclared paid traffic' },
  thresholdBunching: { zh: '门槛处堆积', en: 'Bunching at a threshold' },
  borderBunching: { zh: '档位门槛处堆积', en: 'Bunching at borders of money' },
  startStayShape: { zh: '进房与停留形状', en: 'Start × stay shape' },
  dwellSynchrony: { zh: '停留雷同与同进同出', en: 'Equal stays, entries and exits together' },
  freshAccounts: { zh: '新注册账号集中进房', en: 'New accounts' },
  redPacketGrabbers: { zh: '红包客', en: 'Red-packet grabbers' },
  thresholdGaming: { zh: '卡线到访', en: 'Visits just at the threshold' },
  lockstepGroups: { zh: '同步出现的账号', en: 'Lockstep groups' },
  mutualAidRings: { zh: '互访圈', en: 'Mutual-aid rings' },
  staffFarm: { zh: '常驻账号', en: 'Always-present accounts' },
  chatTemplates: { zh: '模板弹幕', en: 'Chat templates' },
  audiencePlace: { zh: '观众地域', en: 'Audience place' },
  audienceMix: { zh: '观众构成', en: 'Mix of the audience' },
  commenterMix: { zh: '发言者构成', en: 'Mix of those who talk' },
};
