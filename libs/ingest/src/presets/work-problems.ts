import type { Problem } from '../problems';

const SHOWN = 5;

/** Rows of exports that could mean several things: shown with what they could mean, never guessed. */
export function ambiguous(candidates: readonly string[]): Problem {
  const ids = candidates.slice(0, SHOWN).join(', ');
  return {
    code: 'ambiguous',
    reason: {
      zh: `无法确定是哪一条作品或场次：有 ${candidates.length} 个候选（${ids}）。`,
      en: `It is not certain which work or broadcast this is: ${candidates.length} candidates (${ids}).`,
    },
    remedy: {
      zh: '核对后用 `vitrine template videos` 或 `sessions` 的模板填写 ID 导入，或等平台接口取得数据。',
      en: 'Check it and import it with its id by the template of `videos` or `sessions`, or leave it to the platform interface.',
    },
  };
}

export const contradicting = (rows: number): Problem => ({
  code: 'contradicting',
  reason: {
    zh: `文件中有 ${rows} 行指同一作品或场次，数值却不同。`,
    en: `${rows} rows of the file mean one work or broadcast and say different things.`,
  },
  remedy: { zh: '只保留正确的一行后重新导入。', en: 'Keep the right one and import the file again.' },
});

export const unknownAccount = (candidates: number): Problem => ({
  code: 'account_name',
  reason:
    candidates === 0
      ? { zh: '没有叫这个名称的账号。', en: 'No declared account has this name.' }
      : { zh: `有 ${candidates} 个账号叫这个名称。`, en: `${candidates} accounts have this name.` },
  remedy: {
    zh: '用 `vitrine import accounts` 申报（名称须一致），或对单账号文件加 --account。',
    en: 'Declare it with `vitrine import accounts` under this name, or give --account for a file of one account.',
  },
});
