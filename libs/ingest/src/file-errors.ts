import { Bilingual, VitrineError } from '@app/contracts';

/** A whole file cannot be read (exit 2). `name` is the file's base name. */
export function unreadable(name: string, zh: string, en: string, remedy: Bilingual, cause?: unknown): VitrineError {
  return new VitrineError('bad_input', { zh: `${name}：${zh}`, en: `${name}: ${en}` }, { remedy, cause });
}

export const wrongEncoding = (name: string): VitrineError =>
  unreadable(name, '文件编码无法识别。', 'The encoding of the file is not readable.', {
    zh: '另存为 UTF-8（NDJSON 必须是 UTF-8；CSV 也可以是 GB18030/GBK），再重新导入。',
    en: 'Save it as UTF-8 (NDJSON must be UTF-8; CSV may also be GB18030/GBK) and import it again.',
  });
