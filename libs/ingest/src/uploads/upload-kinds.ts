import { findImportKind, IMPORT_KINDS, refusal, UPLOAD_STATE_KINDS, type UploadKind } from '@app/contracts';
import { EXPORT_PRESETS } from '../presets/presets';

/** Every kind that may be brought by the page: facts, the lists of a brand, and the platforms' exports. */
export function uploadKinds(): UploadKind[] {
  const lists: readonly string[] = UPLOAD_STATE_KINDS;
  const ours = IMPORT_KINDS.filter(({ name, store }) => store === 'facts' || lists.includes(name)).map(({ name, label }): UploadKind => ({
    name,
    label,
    from: null,
    needsAccount: false,
    platform: null,
  }));
  const exports = EXPORT_PRESETS.filter(({ refused }) => !refused).map(({ name, label, from, account, platform }): UploadKind => ({
    name,
    label,
    from,
    needsAccount: account === 'option',
    platform,
  }));
  return [...ours, ...exports];
}

/** The kind under which every known export is taken. */
export const ANY_EXPORT = 'exports';

/** Throws bad_input for a kind that nobody may bring by the page. */
export function assertUploadKind(name: string): void {
  if (name === ANY_EXPORT || uploadKinds().some((kind) => kind.name === name) || EXPORT_PRESETS.some((preset) => preset.name === name))
    return;
  const known = findImportKind(name) !== null;
  throw refusal(
    'bad_input',
    known
      ? { zh: `${name} 不能在此导入`, en: `${name} is not imported here` }
      : { zh: '没有此导入类型', en: 'There is no import kind of this name' },
    known
      ? {
          zh: '刊例价与策略请在各自页面提议，由第二人启用',
          en: 'Propose prices and policies on their own pages: a second person activates them',
        }
      : { zh: '请从列表中选择', en: 'Choose one of the list' },
    'kind',
  );
}
