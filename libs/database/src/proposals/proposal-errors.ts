import { VitrineError, type Proposal, type ProposalConflict, type ProposalState } from '@app/contracts';
import type { RowRejection } from '../state/upsert';

const STATES: Record<ProposalState, [zh: string, en: string]> = {
  open: ['待决', 'open'],
  active: ['已生效', 'active'],
  rejected: ['已驳回', 'rejected'],
  withdrawn: ['已撤回', 'withdrawn'],
};

export const unknownProposal = () =>
  new VitrineError(
    'not_found',
    { zh: '没有这条变更提议', en: 'There is no such proposal' },
    { remedy: { zh: '用 vitrine proposals list 查看', en: 'See vitrine proposals list' } },
  );

export const decidedAlready = ({ state }: Proposal) =>
  new VitrineError(
    'conflict',
    { zh: `该提议${STATES[state][0]}`, en: `The proposal is ${STATES[state][1]} already` },
    { remedy: { zh: '如需再次变更，请另行提议', en: 'For another change, propose it anew' } },
  );

export const secondPersonNeeded = () =>
  new VitrineError(
    'forbidden',
    { zh: '提议须由另一人生效或驳回', en: 'A second person activates or rejects a proposal' },
    { remedy: { zh: '请另一位负责人处理；本人可以撤回', en: 'Ask another person; who proposed it may withdraw it' } },
  );

export const onlyTheProposer = () =>
  new VitrineError(
    'forbidden',
    { zh: '只有提议人可以撤回', en: 'Only who proposed it may withdraw it' },
    { remedy: { zh: '其他人请使用驳回', en: 'Others reject it' } },
  );

export const nothingChanges = () =>
  new VitrineError(
    'conflict',
    { zh: '这些行与现行版本相同，没有变更', en: 'The rows say what is in force already: nothing would change' },
    { remedy: { zh: '请检查行内容', en: 'Check the rows' } },
  );

/** Every row that breaks a rule, by its place among the rows given. */
export function refusedRows(code: 'unprocessable' | 'conflict', rejected: readonly RowRejection[]): VitrineError {
  return new VitrineError(
    code,
    { zh: `有 ${rejected.length} 行不能接受，提议未保存`, en: `${rejected.length} rows cannot be taken; nothing was changed` },
    {
      remedy: { zh: '请按各行说明更正后重新提议', en: 'Correct the rows as each says, then propose again' },
      details: rejected.map(({ index, field, text }) => ({
        field: field === '' ? `rows[${index}]` : `rows[${index}].${field}`,
        message: `${text.zh} / ${text.en}`,
      })),
    },
  );
}

/** What somebody else changed since the proposal was made. */
export function changedSince(proposalId: string, conflicts: readonly ProposalConflict[]): VitrineError {
  return new VitrineError(
    'conflict',
    {
      zh: `提议 ${proposalId} 之后现行版本已被他人改动`,
      en: `What proposal ${proposalId} was made upon has been changed by somebody else since`,
    },
    {
      remedy: {
        zh: '请对照改动后重新提议，再驳回或撤回本提议',
        en: 'Look at what changed, propose anew upon it, then reject or withdraw this one',
      },
      details: conflicts.map(({ subject, base, now, fields }) => ({
        field: subject,
        message: `${base ?? '—'} → ${now ?? '—'}${fields.map(({ field, before, after }) => `; ${field}: ${shown(before)} → ${shown(after)}`).join('')}`,
      })),
    },
  );
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
