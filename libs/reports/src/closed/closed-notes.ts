import type { Bilingual, Close, PreviewWindow } from '@app/contracts';

/** What a report of a closed month, or of one that is about to be closed, says beside its rows. */
export const CLOSED_NOTES = {
  asOfClose: {
    zh: '封存的内容不含所问的组合，本表按关账时刻的数据重新计算。',
    en: 'The close does not hold what is asked: computed as of the data instant of the close.',
  },
  asOfNow: {
    zh: '封存的内容不含所问的组合，且关账时刻的原始投递已不再保留，本表按当前数据计算，可能与关账不一致。',
    en: 'The close does not hold what is asked, and deliveries of its instant are not kept any more: computed from what is known now, which may differ.',
  },
} as const satisfies Record<string, Bilingual>;

export function closedNote({ month, closedAt, restatement, reason }: Close): Bilingual {
  const because = restatement > 0 && reason !== null;
  return {
    zh: `${month} 已关账（${closedAt}${restatement > 0 ? `，第 ${restatement} 次重述` : ''}）${because ? `：${reason}` : ''}。`,
    en: `${month} is closed (${closedAt}${restatement > 0 ? `, restatement ${restatement}` : ''})${because ? `: ${reason}` : ''}.`,
  };
}

export function pendingNote({ month }: Close, figures: number): Bilingual {
  return {
    zh: `关账后有更正：本表有 ${figures} 个数字与现有数据不同，待重述（vitrine close diff ${month} live）。`,
    en: `Corrections came after the close: ${figures} figures of this report are another number now, pending a restatement (vitrine close diff ${month} live).`,
  };
}

export function previewNote({ month, until }: PreviewWindow): Bilingual {
  return {
    zh: `${month} 处于关账预览期（至 ${until}），数字为暂定。`,
    en: `${month} may be looked at before it is closed (until ${until}): figures are provisional.`,
  };
}
