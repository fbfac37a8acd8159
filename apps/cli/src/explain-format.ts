import type { ExplainRow, Explanation } from '@app/contracts';
import { print } from './output';

const shown = (value: unknown): string => (value === null || value === undefined ? '—' : String(value));

/** Prints an explanation as a tree that people can read, Chinese beside English. */
export function printExplanation(told: Explanation, withRows: boolean): void {
  const { name, definition, unit, subject, month, from, to, level, basis, value, versions, coverage } = told;
  print(`${name.zh} ${name.en} [${told.figure}] = ${shown(value)}${unit && value !== null ? ` ${unit.zh} ${unit.en}` : ''}`);
  print(
    `  ${subject.name}${subject.platform && level === 'account' ? ` [${subject.platform}]` : ''}, ${level}, ${month ?? `${from} – ${to}`}, ${basis}`,
  );
  print(`  ${definition.zh} ${definition.en}`);
  if (told.reason) print(`  原因 why: ${told.reason.zh} ${told.reason.en}`);
  print(`公式 formula`);
  print(`  ${told.formula.words.zh}`);
  print(`  ${told.formula.words.en}`);
  print(`  ${told.formula.filled}`);
  print(`版本 versions: 政策 policy #${versions.policy}; 数据时刻 data instant ${versions.dataInstant}`);
  if (versions.rateCards.length > 0) print(`  刊例价 rate cards: ${versions.rateCards.join(', ')}`);
  if (versions.closed) print(`  关账 closed: ${JSON.stringify(versions.closed)}`);
  if (coverage.accountsTotal !== null)
    print(
      `覆盖 coverage: ${shown(coverage.share)}; 已知账号 accounts known ${shown(coverage.accountsKnown)} / ${shown(coverage.accountsTotal)}`,
    );
  printInputs(told);
  printWaterfall(told);
  printRows(told, withRows);
  for (const check of told.checks)
    print(`${check.holds ? '✓' : '✗'} ${check.name.zh} ${check.name.en}: ${check.found}${check.holds ? '' : ` ≠ ${check.expected}`}`);
  for (const note of told.notes) print(`注 note: ${note.zh} ${note.en}`);
}

function printInputs({ inputs, contributions }: Explanation): void {
  if (inputs.length > 0) print('输入 inputs');
  for (const { name, value, explain } of inputs)
    print(
      `  ${name.zh} ${name.en} = ${shown(value)}${explain ? `  → explain ${explain.figure}${explain.line ? ` --line ${explain.line}` : ''}${explain.part ? ` --part ${explain.part}` : ''}` : ''}`,
    );
  if (contributions.length > 0) print('各项贡献 contributions');
  for (const { part, weight, percentile, contribution, contributionDecimal, reason } of contributions)
    print(
      percentile === null
        ? `  ${part} (${weight}): — ${reason ? `${reason.zh} ${reason.en}` : ''}`
        : `  ${part} (${weight}): p = ${percentile} → ${shown(contributionDecimal)} (${shown(contribution)})`,
    );
}

function printWaterfall({ waterfall }: Explanation): void {
  if (!waterfall) return;
  const { against, from, to, difference, differenceDecimal, sides, steps, reason, notes } = waterfall;
  print(
    `差异 difference to ${against.subject}${against.month ? ` ${against.month}` : ''}: ${shown(from)} → ${shown(to)} = ${signed(differenceDecimal)} (${shown(difference)})`,
  );
  if (reason) print(`  ${reason.zh} ${reason.en}`);
  for (const [side, change] of Object.entries(sides)) print(`  Σ ${side}: ${change}`);
  for (const { name, change, changeDecimal } of steps) print(`  ${signed(changeDecimal).padStart(9)}  ${name.zh} ${name.en} (${change})`);
  for (const note of notes) print(`  ${note.zh} ${note.en}`);
}

const signed = (text: string | null): string => (text === null ? '—' : text.startsWith('-') ? text : `+${text}`);

function printRows({ rows }: Explanation, withRows: boolean): void {
  print(`明细 rows (${rows.total}): ${rows.of.zh} ${rows.of.en}${withRows ? '' : '  → --rows'}`);
  if (!withRows) return;
  for (const row of rows.rows) printRow(row, 1);
  if (rows.nextCursor) print(`  … --cursor ${rows.nextCursor}`);
}

function printRow({ kind, id, amount, fields, rows = [], more = 0 }: ExplainRow, depth: number): void {
  const known = Object.entries(fields).filter(([, value]) => value !== null && value !== '' && value !== false);
  const told = known.map(([field, value]) => `${field} ${String(value)}`).join(', ');
  print(`${'  '.repeat(depth)}${amount === null ? '' : `${amount}  `}${kind} ${id}${told === '' ? '' : `: ${told}`}`);
  for (const row of rows) printRow(row, depth + 1);
  if (more > 0) print(`${'  '.repeat(depth + 1)}… ${more}`);
}
