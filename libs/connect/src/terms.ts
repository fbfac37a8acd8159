import type { Bilingual, ConnectTerms, GrantProduct } from '@app/contracts';

const OWN_APP: Bilingual = {
  zh: '必须使用品牌自己注册的应用：平台条款不允许把所得数据作为数据服务转售，也不允许代他人采集',
  en: "The app must be the brand's own: the platform forbids to resell what is received as a data service, or to collect for others",
};
const OWNER_AGREES: Bilingual = {
  zh: '账号所有者须本人授权，可随时在平台上撤销；撤销后本系统立即停止采集该账号',
  en: 'The owner of the account authorises in person and may revoke it on the platform at any time; collecting stops at once then',
};
const NO_PERSONS: Bilingual = {
  zh: '观众标识只以带密钥的散列保存，不得用于识别个人',
  en: 'Viewers are kept as keyed hashes only and must not be used to identify a person',
};
const ADVERTISER: Bilingual = {
  zh: '授权人须有该广告主账户的权限；线索仅取数量，不取个人信息',
  en: "Whoever authorises must have rights to the advertiser's account; of leads only numbers are read, no personal data",
};

const OF_PRODUCT: Readonly<Record<GrantProduct, readonly Bilingual[]>> = {
  'douyin-open': [
    {
      zh: '每个能力（如 data.external.*、live.room.*）须先在抖音开放平台为该应用申请开通',
      en: 'Each capability (such as data.external.*, live.room.*) must first be granted to the app in the Douyin console',
    },
    {
      zh: '授权最长约 30 天，最多续期 5 次，之后须由账号所有者重新授权',
      en: 'A permission lasts about 30 days and can be renewed five times; then the owner must authorise again',
    },
  ],
  'kuaishou-open': [],
  'channels-app': [
    {
      zh: '须在视频号助手“开放能力”中开通，并把本机出口 IP 加入白名单；接口总次数有每日上限',
      en: 'The abilities are switched on in the Channels assistant, and our address must be on its allow-list; calls are limited per day',
    },
  ],
  oceanengine: [ADVERTISER],
  magnetic: [ADVERTISER],
  'tencent-ads': [ADVERTISER],
};

/** What a brand must have read before it connects a product. */
export const termsOf = (product: GrantProduct): ConnectTerms => ({
  product,
  lines: [OWN_APP, OWNER_AGREES, NO_PERSONS, ...OF_PRODUCT[product]],
});
