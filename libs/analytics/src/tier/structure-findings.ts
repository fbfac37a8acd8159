import type { Concentration, MatrixFinding, MatrixStructure, Platform } from '@app/contracts';
import { ExactDecimal } from '../value/exact-decimal';

/** Above this Herfindahl index a matrix hangs on few (the customary bounds of market concentration: 0.25 high, 0.15 moderate). */
const HIGH = 0.25;
const MODERATE = 0.15;
/** One subject with more than half of the value, or one platform with more than four fifths. */
const HALF = 0.5;
const PLATFORM_HEAVY = 0.8;
/** So few subjects are concentrated by their number alone: no judgement. */
const FEW = 5;

type Figures = Omit<MatrixStructure, 'findings'>;

/** What the figures mean, in plain words, and what to do: one finding on the tiers, one on the platforms, one each on accounts and dealers. */
export function judgements(figures: Figures): MatrixFinding[] {
  if (figures.topPlatform === null)
    return [
      judged(
        { code: 'nothingKnown', severity: 'unknown' },
        ['近 12 个月没有已知价值，无法判断结构。', 'No trailing value is known: the structure cannot be judged.'],
        ['请先导入或采集场次与视频，并设置刊例价。', 'Import or collect sessions and videos, and set rate cards.'],
      ),
    ];
  const dealers = figures.byDealer.subjects > 1 ? [spread(figures.byDealer, 'dealers')] : [];
  return [tierFinding(figures), platformFinding(figures), spread(figures.byAccount, 'accounts'), ...dealers];
}

const judged = (
  finding: Pick<MatrixFinding, 'code' | 'severity'>,
  [zh, en]: [string, string],
  action: [string, string],
): MatrixFinding => ({
  ...finding,
  zh,
  en,
  action: { zh: action[0], en: action[1] },
});

const percent = (share: number | null): string => (share === null ? '–' : `${(share * 100).toFixed(1)} %`);

function tierFinding({ structureWarning, tiers, trailingValueCny }: Figures): MatrixFinding {
  const outer = percent(tiers.outer.share);
  if (structureWarning)
    return judged(
      { code: 'outerWithoutHead', severity: 'warning' },
      [
        `外延账号贡献 ${outer} 的价值，却没有头部账号：转发是长尾流量，矩阵头重脚轻被倒置。`,
        `Outer accounts carry ${outer} of the value and no account is head: forwards are a long tail, the matrix stands upside down.`,
      ],
      [
        '先培养 1–2 个头部账号（从价值最高的基部账号开始），外延只作补充。',
        'Build one or two head accounts first (start with the strongest base account); let the outer tier only add to them.',
      ],
    );
  if (tiers.head.accounts === 0)
    return judged(
      { code: 'noHead', severity: 'watch' },
      ['没有头部账号。', 'No account is head.'],
      [
        '用 vitrine tiers distance 找出离头部最近的账号并集中投入。',
        'See vitrine tiers distance for the account nearest to head and invest there.',
      ],
    );
  if (new ExactDecimal(tiers.outer.valueCny).mul(2).gt(trailingValueCny ?? 0))
    return judged(
      { code: 'outerHeavy', severity: 'watch' },
      [`有头部账号，但外延账号贡献了 ${outer} 的价值。`, `There is a head account, but outer accounts carry ${outer} of the value.`],
      ['把内容预算转向头部与基部账号的原创直播和视频。', 'Move content budget to original sessions and videos of head and base accounts.'],
    );
  return judged(
    { code: 'tiersSound', severity: 'good' },
    [
      `头部 ${tiers.head.accounts} 个账号贡献 ${percent(tiers.head.share)}，外延 ${outer}，结构合理。`,
      `${tiers.head.accounts} head accounts carry ${percent(tiers.head.share)}, the outer tier ${outer}: a sound structure.`,
    ],
    ['保持。', 'Keep it.'],
  );
}

const PLATFORM_ZH: Record<Platform, string> = { douyin: '抖音', kuaishou: '快手', channels: '视频号' };

function platformFinding({ platforms, topPlatform, topPlatformShare }: Figures): MatrixFinding {
  const top = `${topPlatform} ${percent(topPlatformShare)}`;
  const name = topPlatform === null ? '' : PLATFORM_ZH[topPlatform];
  const zhTop = `${name} ${percent(topPlatformShare)}`;
  if (platforms.length === 1)
    return judged(
      { code: 'onePlatform', severity: 'watch' },
      [`全部账号都在${name}。`, `All accounts are on ${topPlatform}.`],
      [
        '规则一变就全部受影响：在第二个平台上先开 1–2 个账号。',
        'One change of its rules hits everything: open one or two accounts on a second platform.',
      ],
    );
  if ((topPlatformShare ?? 0) > PLATFORM_HEAVY)
    return judged(
      { code: 'platformHeavy', severity: 'watch' },
      [`价值过度依赖一个平台（${zhTop}）。`, `The value leans on one platform (${top}).`],
      ['把表现好的内容同步到其他平台的已有账号。', 'Publish what works there on the accounts of the other platforms too.'],
    );
  return judged(
    { code: 'platformsSpread', severity: 'good' },
    [`平台分布正常，最大为${zhTop}。`, `The platforms are balanced; the largest is ${top}.`],
    ['保持。', 'Keep it.'],
  );
}

const WORDS = { accounts: { zh: '账号', en: 'accounts' }, dealers: { zh: '经销商', en: 'dealers' } } as const;

function spread({ subjects, herfindahl, top1Share, top5Share }: Concentration, kind: 'accounts' | 'dealers'): MatrixFinding {
  const { zh, en } = WORDS[kind];
  const index = herfindahl === null ? '–' : herfindahl.toFixed(4);
  const figures: [string, string] = [
    `赫芬达尔指数 ${index}，第一名占 ${percent(top1Share)}，前五名占 ${percent(top5Share)}`,
    `Herfindahl index ${index}, the largest holds ${percent(top1Share)}, the five largest ${percent(top5Share)}`,
  ];
  if (subjects < FEW)
    return judged(
      { code: kind === 'accounts' ? 'fewAccounts' : 'fewDealers', severity: 'unknown' },
      [
        `只有 ${subjects} 个有价值的${zh}，不评判集中度。${figures[0]}。`,
        `Only ${subjects} ${en} with value: concentration is not judged. ${figures[1]}.`,
      ],
      ['无需处理。', 'Nothing to do.'],
    );
  const high = herfindahl !== null && (herfindahl > HIGH || (top1Share ?? 0) > HALF);
  if (high)
    return judged(
      { code: `${kind}Concentrated`, severity: 'warning' },
      [`价值高度集中在少数${zh}：${figures[0]}。`, `The value hangs on few ${en}: ${figures[1]}.`],
      [
        `排名第一的${zh}一旦停播，矩阵随之下滑：扶持第二梯队。`,
        `If the first of the ${en} stops, the matrix falls with it: build up a second row.`,
      ],
    );
  if (herfindahl !== null && herfindahl > MODERATE)
    return judged(
      { code: `${kind}Leaning`, severity: 'watch' },
      [`价值较集中：${figures[0]}。`, `The value leans on some ${en}: ${figures[1]}.`],
      [`关注前五名${zh}的开播稳定性。`, `Watch that the five largest ${en} keep broadcasting.`],
    );
  return judged(
    { code: `${kind}Spread`, severity: 'good' },
    [`${zh}分布均衡：${figures[0]}。`, `The value is spread over the ${en}: ${figures[1]}.`],
    ['保持。', 'Keep it.'],
  );
}
