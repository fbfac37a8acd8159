import { SettingsError } from '@app/config';
import { ERROR_CODES, VitrineError } from '@app/contracts';

/** A line for people: progress, notes, errors. Results go to standard output. */
export const say = (line: string): void => void process.stderr.write(`${line}\n`);

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
