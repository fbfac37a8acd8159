import Table from 'cli-table3';
import { ERROR_CODES, VitrineError } from '@app/contracts';
import { SettingsError } from '@app/config';

export const say = (line: string): void => void process.stderr.write(`${line}\n`);
export const print = (line: string): void => void process.stdout.write(`${line}\n`);
export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));

/** A table for people, without colours so that it can be piped. */
export function printTable(head: string[], rows: string[][], rightFrom = 1): void {
  const table = new Table({
    head,
    style: { head: [], border: [], compact: true },
    colAligns: head.map((_, at) => (at >= rightFrom ? 'right' : 'left')),
    chars: {
      mid: '',
      'left-mid': '',
      'mid-mid': '',
      'right-mid': '',
      left: '',
      right: '',
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      middle: '  ',
    },
  });
  table.push(...rows);
  print(table.toString());
}

/** Prints an error in both languages with its remedy and gives the exit code: 2 for bad usage or input, 1 for the rest. */
export function reportError(error: unknown): number {
  if (error instanceof VitrineError) {
    const { remedy, details = [] } = error.options;
    say(`错误：${error.text.zh}\nerror: ${error.text.en}`);
    if (remedy) say(`处理：${remedy.zh}\nremedy: ${remedy.en}`);
    for (const detail of details.slice(0, 20))
      say(`  ${detail.field ?? ''} ${detail.message}${detail.remedy ? ` (${detail.remedy})` : ''}`);
    return ERROR_CODES[error.code].exit;
  }
  if (error instanceof SettingsError) {
    for (const { name, zh, en, remedy } of error.problems) say(`错误：${name} ${zh}；${remedy.zh}\nerror: ${name} ${en}. ${remedy.en}`);
    return 2;
  }
  say(`error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return 1;
}

/** The answer of everything that a later version brings. */
export function notAvailable(what: string): VitrineError {
  return new VitrineError('not_available', { en: `${what} is not available yet.`, zh: `${what} 暂未提供。` });
}
