import type { GoalLine } from './goal';

const verdict = (holds: boolean | null) => (holds === null ? '–' : holds ? 'yes' : 'NO');
const shown = ({ value, unit }: GoalLine) => (value === null ? 'not measured' : `${value} ${unit}`);

/** Lines for people, columns padded. */
export function table(lines: readonly GoalLine[]): string {
  const cells = [
    ['goal', 'value', 'bound', 'holds', 'note'],
    ...lines.map((line) => [line.name, shown(line), line.goal, verdict(line.holds), line.note ?? '']),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column].length)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The table of docs/benchmarks.md. */
export function markdown(lines: readonly GoalLine[]): string {
  const escape = (text: string) => text.replaceAll('|', '\\|');
  return [
    '| goal | value | bound | holds | how |',
    '| --- | ---: | --- | --- | --- |',
    ...lines.map((line) => `| ${[line.name, shown(line), line.goal, verdict(line.holds), line.note ?? ''].map(escape).join(' | ')} |`),
  ].join('\n');
}

/** Goal lines of a file that `--json` wrote; the line about the machine and blank lines are passed over. */
export function parseLines(text: string): GoalLine[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as GoalLine)
    .filter((line) => line.goal !== undefined);
}
