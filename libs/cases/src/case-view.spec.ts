import type { BrandState, Signal } from '@app/contracts';
import type { CaseRecord } from './case-record';
import { caseOf } from './case-view';

const signal = {
  ...{ signalId: 's1', detector: 'mutualAidRings', version: 1, family: 'network', strength: 0.99, dataTier: 'T2', dealerId: 'd1' },
  ...{ subject: { kind: 'account', platform: 'douyin', accountId: 'a1' }, window: { from: '2026-10-01', to: '2026-10-08' } },
  evidence: {
    ...{ text: { zh: '互为常客', en: 'Mutual regulars' }, figures: [], sql: 'SELECT 1', sqlHash: 'h' },
    parameters: { ringDealers: ['d2-secret', 'd3-secret'] },
    rows: [
      { partner: 'd2-secret', regularsFromPartner: 5 },
      { partner: 'd3-secret', regularsFromPartner: 7 },
    ],
  },
} as unknown as Signal;
const record = {
  ...{ brandId: 1, caseId: 'C-1', subject: signal.subject, subjectKey: 'k', dealerIds: ['d1'], from: 0, to: 1, origin: 'signals' },
  ...{ state: 'in_review', outcome: null, reasonCode: null, fusion: null, riskCny: null, riskEntries: 0, riskVisitors: null },
  ...{ openedAt: 0, dueAt: 0, claim: null, decidedAt: null, decidedBy: null, appealUntil: null, linkedTo: null, holdId: null },
} as CaseRecord;

describe('a case as somebody sees it', () => {
  const parts = { filed: [{ signal, stands: true }], effects: [], appeals: [], rectifications: [], steps: [] };
  const state = { accounts: [] } as unknown as BrandState;

  it('a dealer is told of partners as numbers, never which dealers they are; a reviewer by name', () => {
    const told = caseOf(record, parts, { state, all: false });
    expect(told.findings[0].rows).toEqual([
      { partner: 1, regularsFromPartner: 5 },
      { partner: 2, regularsFromPartner: 7 },
    ]);
    expect(JSON.stringify(told)).not.toContain('secret');
    expect(caseOf(record, parts, { state, all: true }).findings[0].rows).toEqual(signal.evidence.rows);
  });
});
