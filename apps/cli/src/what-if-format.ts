import type { Move, Stability, StabilityScenario, WhatIfReport, WhatIfRow } from '@app/contracts';
import { money } from './money';
import { print, printTable, say } from './output';

const shown = (value: unknown): string => (value === null || value === undefined ? '—' : String(value));
const move = <Value>({ before, after }: Move<Value>, text: (value: Value) => string = shown): string =>
  text(before) === text(after) ? text(after) : `${text(before)} → ${text(after)}`;
const places = (count: number | null): string => (count === null ? '—' : count > 0 ? `+${count}` : String(count));
const score = (value: number | null): string => (value === null ? '—' : value.toFixed(1));
const tier = (row: WhatIfRow): string =>
  row.tierCounts ? move(row.tierCounts, (counts) => Object.values(counts).join('/')) : move(row.earnedTier);

/** Who moves, for people: summary, the rows with the largest moves, and how firm the ranking is. */
export function printWhatIf({ rows, summary, stability, meta }: WhatIfReport, top: number): void {
  const supposed = [
    ...Object.entries(meta.supposed.policy).map(([field, value]) => `${field}=${Array.isArray(value) ? value.join(',') : String(value)}`),
    ...meta.supposed.prices,
  ];
  say(`${meta.month ?? `${meta.from} – ${meta.to}`}, ${meta.level}, ${meta.basis}; data of ${meta.dataInstant}; ${meta.seconds} s`);
  for (const note of meta.notes) say(`${note.zh} ${note.en}`);
  print(`假设 supposed: ${supposed.length === 0 ? '—' : supposed.join('; ')}`);
  print(
    [
      `变动 changed ${summary.changed} / ${summary.subjects}`,
      `名次升 up ${summary.ranksUp}, 降 down ${summary.ranksDown}, ≥ ${summary.rankStep}: ${summary.ranksByStep}`,
      `进榜 enters ${summary.entersRanking}, 出榜 leaves ${summary.leavesRanking}`,
      `层级 tiers ${summary.tiersChanged} (升 up ${summary.tiersUp}, 降 down ${summary.tiersDown})`,
      `价值 value ${move(summary.valueCny, money)}`,
    ].join('\n'),
  );
  print('');
  printTable(
    [meta.level, '名次 rank', '± places', '得分 score', '展厅客流 VST', '价值 value CNY', '层级 tier', '原因 why'],
    rows
      .slice(0, top)
      .map((row) => [
        row.name,
        move(row.rank),
        places(row.places),
        move(row.score, score),
        move(row.showroomVisitors),
        move(row.valueCny, money),
        tier(row),
        row.reasons[0] ? `${row.reasons[0].zh} ${row.reasons[0].en}` : '',
      ]),
  );
  if (rows.length > top) print(`… ${rows.length - top} more: --top ${rows.length}, or --json`);
  if (stability) printStability(stability, top);
}

const names = (list: readonly string[]): string =>
  list.length === 0 ? '—' : list.slice(0, 5).join(', ') + (list.length > 5 ? ` +${list.length - 5}` : '');

function printStability({ share, ranked, scenarios, intervals }: Stability, top: number): void {
  print(`\n稳定性 stability: ± ${share}, ${ranked} ranked`);
  printTable(
    [
      '变动 moves',
      '次数 trials',
      'τ',
      'τ min',
      '保序 pairs kept',
      '出前10% leaves top',
      '进前10% enters top',
      '出头部 leaves head',
      '进头部 enters head',
    ],
    scenarios.map((scenario: StabilityScenario) => [
      scenario.moves,
      String(scenario.trials),
      shown(scenario.tau?.mean),
      shown(scenario.tau?.least),
      shown(scenario.pairsKept?.mean),
      names(scenario.leavesTopTenth),
      names(scenario.entersTopTenth),
      names(scenario.leavesHead),
      names(scenario.entersHead),
    ]),
  );
  print('');
  printTable(
    ['名次区间 interval of rank', '名次 rank', '最高 highest', '最低 lowest'],
    intervals.slice(0, top).map(({ subject, rank, highest, lowest }) => [subject.name, String(rank), String(highest), String(lowest)]),
  );
}
