import type { Signal, SignalSubject } from '@app/contracts';
import { printTable, say } from './output';

/** Rows of the table; the rest is counted. JSON has all. */
const MOST = 200;

const subjectText = (subject: SignalSubject): string => {
  switch (subject.kind) {
    case 'session':
      return `${subject.platform}/${subject.accountId} ${subject.sessionId}`;
    case 'account':
      return `${subject.platform}/${subject.accountId}`;
    case 'dealer':
      return subject.dealerId;
    case 'brand':
      return '全品牌 brand';
  }
};

/** Signals for people, in the order in which they come. */
export function printSignals(
  signals: readonly (Pick<Signal, 'detector' | 'subject' | 'window' | 'strength' | 'dataTier'> & {
    evidence: Pick<Signal['evidence'], 'text'>;
  })[],
): void {
  printTable(
    ['强度 strength', '层 tier', '检测器 detector', '对象 subject', '窗口 window', '依据 evidence'],
    signals
      .slice(0, MOST)
      .map(({ detector, subject, window, strength, dataTier, evidence }) => [
        strength.toFixed(5),
        dataTier,
        detector,
        subjectText(subject),
        `${window.from.slice(0, 10)} – ${window.to.slice(0, 10)}`,
        evidence.text.zh,
      ]),
    6,
  );
  if (signals.length > MOST) say(`… ${signals.length - MOST} 条未列出，用 --json 查看全部 more: use --json`);
}
