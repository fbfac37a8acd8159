import Table from 'cli-table3';

export { say } from '../../process/report-error';

export const print = (line: string): void => void process.stdout.write(`${line}\n`);
/** A share in per cent with one decimal. */
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
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
