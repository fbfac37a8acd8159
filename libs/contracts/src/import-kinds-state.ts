import type { ImportField, ImportKind } from './import-field';
import { optional, required } from './import-field';
import { COST_KINDS, DECLARATION_KINDS, OWNER_KINDS, PLATFORMS, TIERS, VALUE_LINES } from './platform';

const platform = required('platform', '平台', 'Platform', 'enum', 'douyin', { values: PLATFORMS });
const maybePlatform = optional('platform', '平台', 'Platform', 'enum', 'douyin', { values: PLATFORMS });
const accountId = required('accountId', '账号ID', 'Account id', 'id', '0012345678');
const maybeAccountId = optional('accountId', '账号ID', 'Account id', 'id', '0012345678');
const dealerId = required('dealerId', '经销商编码', 'Dealer id', 'id', 'D001');
const maybeDealerId = optional('dealerId', '经销商编码', 'Dealer id', 'id', 'D001');
const validFrom = optional('validFrom', '生效日期', 'Valid from', 'day', '2026-01-01', {
  note: { zh: '留空表示自始有效', en: 'Blank: from the beginning' },
});
const validTo = optional('validTo', '失效日期', 'Valid to', 'day', '2026-12-31', {
  note: { zh: '含当日；留空表示一直有效', en: 'Included; blank: open' },
});

function state(name: string, zh: string, en: string, identity: string[], fields: ImportField[]): ImportKind {
  return { name, label: { zh, en }, store: 'state', table: null, identity, fields };
}

const whole = (name: string, zh: string, en: string, example: string) => optional(name, zh, en, 'count', example);
const weight = (part: string, zh: string, example: string) =>
  optional(`weight${part}`, `权重 ${zh}`, `Weight ${part}`, 'decimal', example, { scale: 4 });
const money = (name: string, zh: string, en: string, example: string) => optional(name, zh, en, 'decimal', example, { scale: 4 });

const policies = state(
  'policies',
  '政策版本',
  'Policy versions',
  ['fromMonth'],
  [
    required('fromMonth', '起始月份', 'From month', 'month', '2026-01'),
    whole('visitGapMinutes', '到访间隔分钟', 'Visit gap minutes', '30'),
    whole('minVisits', '最少到访次数', 'Minimum visits', '4'),
    whole('minVisitDwellSeconds', '到访最短停留秒数', 'Minimum dwell seconds of a visit', '0'),
    whole('minSessionMinutes', '场次最短分钟', 'Minimum minutes of a session', '0'),
    whole('consecutiveSessions', '连续场次数', 'Consecutive sessions', '4'),
    optional('sourceOrder', '来源顺序', 'Order of sources', 'list', 'correction,api-final,ads-api,file,feed,api-provisional'),
    optional('minCoverage', '最低覆盖率', 'Minimum coverage', 'ratio', '0.8', { scale: 4 }),
    optional('minKnownWeight', '最低已知权重', 'Minimum known weight', 'decimal', '50', { scale: 4 }),
    whole('cadenceMinSessionMinutes', '开播节奏最短分钟', 'Minimum minutes for cadence', '30'),
    whole('minPeers', '最少同组账号数', 'Minimum peers', '5'),
    weight('Showroom', '展厅客流', '35'),
    weight('Value', '传播价值', '25'),
    weight('Loyalty', '忠诚', '15'),
    weight('Engagement', '互动', '10'),
    weight('Cadence', '节奏', '10'),
    weight('Growth', '增长', '5'),
    money('headTierCny', '头部门槛', 'Head tier CNY', '5000000'),
    money('baseTierCny', '基部门槛', 'Base tier CNY', '1000000'),
    optional('tierDownMonths', '降级所需连续月数', 'Months below before a fall', 'count', '1', {
      note: { zh: '连续低于门槛满此月数才降级；1 为立即', en: 'A tier is lost in this month in a row below its bound; 1: at once' },
    }),
    optional('tierDownMargin', '降级容差', 'Margin below a bound', 'ratio', '0', {
      scale: 4,
      note: { zh: '低于门槛不超过此比例不算低于；如 0.05', en: 'So far below the bound does not count as below, such as 0.05' },
    }),
    optional('toleranceShare', '对账容差比例', 'Tolerance between sources, share', 'ratio', '0.02', {
      scale: 4,
      note: {
        zh: '两来源之差须同时超过此比例与容差数量才算差异',
        en: 'Two sources differ when above both this share and the number below',
      },
    }),
    whole('toleranceCount', '对账容差数量', 'Tolerance between sources, number', '1'),
    whole('toleranceFollowers', '粉丝对账容差', 'Tolerance of follower totals', '3'),
    whole('toleranceLeads', '每日线索对账容差', "Tolerance of a day's leads", '0'),
    whole('previewHours', '关账预览小时数', 'Hours of preview before a close', '48'),
    optional('requiredCostKinds', '必填成本类型', 'Required cost kinds', 'list', 'video,host'),
    money('cpaDouyinCny', '抖音单客到店公开价', 'Public price of an arrival, Douyin', '200'),
    money('cpaKuaishouCny', '快手单客到店公开价', 'Public price of an arrival, Kuaishou', '180'),
    money('cpaChannelsCny', '视频号单客到店公开价', 'Public price of an arrival, Channels', '220'),
  ],
);

const secret = (name: string, zh: string, en: string, needed: boolean) => ({
  ...optional(name, zh, en, 'secret', '***'),
  required: needed,
});

/** Kinds whose rows are state. */
export const STATE_KINDS: readonly ImportKind[] = [
  state(
    'dealers',
    '经销商',
    'Dealers',
    ['dealerId', 'validFrom'],
    [
      dealerId,
      required('name', '经销商名称', 'Name', 'text', '杭州示例汽车'),
      required('adcode', '行政区划代码', 'GB/T 2260 code', 'id', '330100'),
      optional('salesRegion', '销售大区', 'Sales region', 'path', '华东大区/浙江小区'),
      optional('group', '经销商集团', 'Group', 'text', '示例集团'),
      optional('status', '状态', 'Status', 'text', 'active'),
      validFrom,
    ],
  ),
  state(
    'accounts',
    '账号',
    'Accounts',
    ['platform', 'accountId', 'validFrom'],
    [
      platform,
      accountId,
      required('name', '账号名称', 'Name', 'text', '杭州示例汽车直播间'),
      optional('handle', '账号号', 'Handle', 'id', 'hzexample'),
      optional('unionId', '开放平台统一ID', 'Union id', 'id', 'u-001'),
      maybeDealerId,
      optional('ownerKind', '归属类型', 'Owner kind', 'enum', 'dealer', { values: OWNER_KINDS }),
      optional('declaredTier', '申报层级', 'Declared tier', 'enum', 'base', { values: TIERS }),
      validFrom,
    ],
  ),
  state(
    'regions',
    '销售大区',
    'Sales regions',
    ['path', 'validFrom'],
    [required('path', '区域路径', 'Path', 'path', '华东大区/浙江小区'), validFrom, validTo],
  ),
  policies,
  state(
    'sentinels',
    '占位ID',
    'Sentinel ids',
    ['viewer', 'validFrom'],
    [
      optional('viewer', '占位ID', 'Sentinel id', 'id', '111111', {
        note: {
          zh: '平台用来代替真实观众的 ID，不是个人；留空表示空 ID',
          en: 'What a platform shows instead of a person; blank is the blank id',
        },
      }),
      validFrom,
      validTo,
    ],
  ),
  state(
    'calendar',
    '工作日历',
    'Calendar',
    ['day'],
    [required('day', '日期', 'Day', 'day', '2026-10-01'), required('working', '是否工作日', 'Working day', 'boolean', 'false')],
  ),
  state(
    'rate-cards',
    '刊例价',
    'Rate cards',
    ['platform', 'line', 'validFrom'],
    [
      platform,
      required('line', '价值项', 'Line', 'enum', 'live_view', { values: VALUE_LINES }),
      required('unitPriceCny', '单价', 'Unit price CNY', 'decimal', '0.35', { scale: 6 }),
      required('discount', '折扣', 'Discount', 'ratio', '0.5', { scale: 4, positive: true }),
      required('validFrom', '生效日期', 'Valid from', 'day', '2026-01-01'),
      validTo,
      optional('sourceNote', '价格依据', 'Source note', 'text', '2026 年公开刊例'),
      optional('sample', '示例价', 'Sample', 'boolean', 'false'),
    ],
  ),
  state(
    'costs',
    '成本',
    'Costs',
    ['costId'],
    [
      required('costId', '成本编号', 'Cost id', 'id', 'C-0001'),
      maybePlatform,
      maybeAccountId,
      maybeDealerId,
      required('day', '日期', 'Day', 'day', '2026-10-18'),
      required('kind', '成本类型', 'Kind', 'enum', 'host', { values: COST_KINDS }),
      required('amountCny', '金额', 'Amount CNY', 'decimal', '1200.00', { scale: 4 }),
    ],
  ),
  state(
    'opening-values',
    '期初年度价值（申报）',
    'Opening year values',
    ['platform', 'accountId', 'yearTo'],
    [
      platform,
      accountId,
      required('yearTo', '年度截止日', 'Last day of the year', 'day', '2025-12-31', {
        note: { zh: '含当日；价值属于截至当日的 12 个月', en: 'Included; the value is of the twelve months that end with it' },
      }),
      required('valueCny', '年度传播价值', 'Value of the year CNY', 'decimal', '1200000', { scale: 4 }),
      required('sourceNote', '申报依据', 'Source note', 'text', '2025 年度平台后台导出', {
        note: {
          zh: '仅用于观测开始之前的日期，并标记“申报”',
          en: 'Used for days before the first observed one only, and marked as declared',
        },
      }),
    ],
  ),
  state(
    'declarations',
    '申报',
    'Declarations',
    ['declarationId'],
    [
      required('declarationId', '申报编号', 'Declaration id', 'id', 'R-0001'),
      maybePlatform,
      maybeAccountId,
      maybeDealerId,
      required('kind', '申报类型', 'Kind', 'enum', 'raffle', { values: DECLARATION_KINDS }),
      required('from', '开始时间', 'From', 'instant', '2026-10-18T20:00:00+08:00'),
      required('to', '结束时间', 'To', 'instant', '2026-10-18T20:05:00+08:00'),
      optional('viewer', '员工观众ID', 'Staff viewer', 'viewer', 'v-81f0'),
      optional('detail', '说明', 'Detail', 'text', '周五抽奖'),
    ],
  ),
  state(
    'grants',
    '授权',
    'Grants',
    ['product', 'principalId'],
    [
      optional('product', '产品', 'Product', 'enum', 'douyin-open', {
        values: ['douyin-open', 'oceanengine', 'kuaishou-open', 'magnetic', 'channels-app', 'tencent-ads'],
      }),
      optional('principalId', '主体ID', 'Principal id', 'id', 'open-123'),
      optional('accounts', '账号', 'Accounts', 'list', '0012345678'),
      maybePlatform,
      maybeAccountId,
      optional('openId', 'OpenID', 'Open id', 'id', 'open-123'),
      secret('accessToken', '访问令牌', 'Access token', true),
      secret('refreshToken', '刷新令牌', 'Refresh token', false),
      optional('appId', '应用ID', 'App id', 'id', 'app-1'),
      secret('appSecret', '应用密钥', 'App secret', false),
      optional('accessExpiresAt', '访问令牌到期', 'Access expires at', 'instant', '2026-12-01T00:00:00+08:00'),
      optional('refreshExpiresAt', '刷新令牌到期', 'Refresh expires at', 'instant', '2027-01-01T00:00:00+08:00'),
      optional('scopes', '权限', 'Scopes', 'list', 'live.data,video.data'),
    ],
  ),
];
