import type { Brand, Settlement, SettlementSheet } from '@app/contracts';
import { canonicalJson, listCloses, listRecordedSettlements, listSettlements, listSheets, sha256Hex } from '@app/database';
import type { DataSource } from 'typeorm';
import { totalsOf } from './sheets';

/** What is wrong with a settlement. */
export interface SettlementFault {
  month: string;
  settlementId: string;
  sequence: number;
  kind:
    /** Sheets, close or rules are not those that it was prepared with, or its sums are not those of its sheets. */
    | 'edited'
    /** The close that it names is not there, or has another hash. */
    | 'close-differs'
    /** The audit log does not know it, in this state. */
    | 'not-recorded'
    /** The audit log knows a settlement that is not there. */
    | 'gone';
}

export interface SettlementVerdict {
  brand: string;
  settlements: number;
  faults: SettlementFault[];
}

/** The hash of what a settlement pays: over its close, the version of its rules and every sheet. */
export const hashOfSettlement = (closeHash: string, rulesVersion: number, sheets: readonly SettlementSheet[]): string =>
  sha256Hex(canonicalJson([closeHash, rulesVersion, sheets]));

/** Does a settlement say what its sheets say? */
export function isAsPrepared(settlement: Settlement, sheets: readonly SettlementSheet[]): boolean {
  const { closeHash, rulesVersion, hash, totalCny, payableCny, heldDealers } = settlement;
  return (
    hashOfSettlement(closeHash, rulesVersion, sheets) === hash &&
    canonicalJson(totalsOf(sheets)) === canonicalJson({ totalCny, payableCny, heldDealers })
  );
}

/** Checks every settlement of a brand against its sheets, its close and the audit log. Empty faults: all is as it was written. */
export async function verifySettlements(dataSource: DataSource, { brandId, code }: Brand): Promise<SettlementVerdict> {
  return dataSource.transaction('REPEATABLE READ', async (tx) => {
    const settlements = await listSettlements(tx, brandId);
    const closes = new Map((await listCloses(tx, brandId)).map((close) => [close.closeId, close.hash]));
    const recorded = await listRecordedSettlements(tx, brandId);
    const faults: SettlementFault[] = [];
    for (const settlement of settlements) {
      const { settlementId, month, sequence, closeId, closeHash, hash, state } = settlement;
      const fault = (kind: SettlementFault['kind']) => faults.push({ month, settlementId, sequence, kind });
      if (!isAsPrepared(settlement, await listSheets(tx, settlementId))) fault('edited');
      if (closes.get(closeId) !== closeHash) fault('close-differs');
      const last = recorded.findLast((act) => act.settlementId === settlementId && act.hash === hash)?.state;
      // who prepares anew withdraws the draft before: the log says so with the new one
      if (last !== state && !(last === 'draft' && state === 'withdrawn')) fault('not-recorded');
    }
    const there = new Set(settlements.map(({ settlementId }) => settlementId));
    for (const { settlementId, month, sequence } of recorded.filter(({ state }) => state === 'draft'))
      if (!there.has(settlementId)) faults.push({ month, settlementId, sequence, kind: 'gone' });
    return { brand: code, settlements: settlements.length, faults };
  });
}
