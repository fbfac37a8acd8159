import type { Brand } from '@app/contracts';
import { listCloseAttempts, listCloses, listRecordedCloses } from '@app/database';
import { streamFigures } from '@app/reports';
import type { Warehouse } from '@app/warehouse';
import type { DataSource } from 'typeorm';
import { CloseFault, checkChain, checkFigures } from './close-chain';
import { listFigureCloses } from './figures.writer';

export type { CloseFault };

export interface CloseVerdict {
  brand: string;
  closes: number;
  figures: number;
  faults: CloseFault[];
}

/**
 * Checks every close of a brand: the chain, what the audit log recorded, each row that was frozen, and that no figures are there of a close that the state
 * does not know (an older state was restored beside newer facts). Empty faults: all is as it was written.
 */
export async function verifyCloses(
  { warehouse, dataSource }: { warehouse: Warehouse; dataSource: DataSource },
  { brandId, code }: Brand,
): Promise<CloseVerdict> {
  // first, so that a close that is begun meanwhile is known below
  const frozen = await listFigureCloses(warehouse, brandId);
  const { closes, begun, recorded } = await dataSource.transaction('REPEATABLE READ', async (tx) => ({
    closes: await listCloses(tx, brandId),
    begun: await listCloseAttempts(tx, brandId),
    recorded: await listRecordedCloses(tx, brandId),
  }));
  const faults = checkChain(
    closes,
    recorded.map(({ recordHash }) => recordHash),
  );
  let figures = 0;
  for (const close of closes) {
    figures += close.figureRows;
    faults.push(...(await checkFigures(close, streamFigures(warehouse, close))));
  }
  const known = new Set([...closes.map(({ closeId }) => closeId), ...begun]);
  for (const { closeId, month } of frozen) if (!known.has(closeId)) faults.push({ month, closeId, kind: 'unknown-close', place: null });
  return { brand: code, closes: closes.length, figures, faults };
}
