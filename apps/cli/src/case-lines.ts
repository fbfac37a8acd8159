import type { CaseRow, IntegrityCase, Rectification, SignalSubject } from '@app/contracts';
import { print, printJson, printTable } from './output';

/** Columns of the queue. */
export const HEAD = ['case', 'state', 'subject', 'dealers', 'inorganic', 'attributable', 'at risk CNY', 'visitors', 'due', 'claimed by'];

export const rowOf = (row: CaseRow): string[] => [
  ...[row.caseId, row.state, nameOf(row.subject), row.dealerIds.join(' ') || '-'],
  ...[
    share(row.inorganic),
    share(row.attributable),
    row.risk.valueCny ?? '-',
    row.risk.visitors === null ? '-' : String(row.risk.visitors),
  ],
  ...[row.dueAt.slice(0, 10), row.claim?.actor.name ?? '-'],
];

const share = (value: number | null): string => (value === null ? '-' : value.toFixed(2));

function nameOf(subject: SignalSubject): string {
  if (subject.kind === 'dealer') return subject.dealerId;
  if (subject.kind === 'brand') return 'brand';
  return [subject.platform, subject.accountId, ...(subject.kind === 'session' ? [subject.sessionId] : [])].join('/');
}

export function show(found: IntegrityCase, json: boolean): void {
  if (json) return printJson(found);
  printTable(HEAD, [rowOf(found)], 5);
  for (const { detector, strength, text, stands } of found.findings)
    print(`${stands ? '·' : '×'} ${detector} ${strength.toFixed(4)} ${text.zh}\n  ${text.en}`);
  for (const { effectId, kind, state, dealerId, months } of found.effects)
    print(`effect ${effectId}: ${kind} ${state} ${dealerId ?? ''} ${months.join(' ')}`);
  for (const { appealId, ground, state } of found.appeals) print(`appeal ${appealId}: ${ground} ${state}`);
  for (const { at, actor, step, to, reason } of found.log) print(`${at} ${actor?.name ?? '-'} ${step} → ${to} ${reason ?? ''}`);
}

export function showOrders(orders: readonly Rectification[], json: boolean): void {
  if (json) return printJson(orders);
  printTable(
    ['order', 'case', 'dealer', 'state', 'due', 'opened again', 'detectors'],
    orders.map((one) => [
      one.rectificationId,
      one.caseId,
      one.dealerId,
      one.state,
      one.dueAt.slice(0, 10),
      String(one.reopened),
      one.detectors.join(' '),
    ]),
  );
}
