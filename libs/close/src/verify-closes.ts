import type { Brand } from '@app/contracts';
import { listCloses, listRecordedCloses } from '@app/database';
import { streamFigures } from '@app/reports';
import type { Warehouse } from '@app/warehouse';
import type { DataSource } from 'typeorm';
import { CloseFault, checkChain, checkFigures } from './close-chain';

export type { CloseFault };

export interface CloseVerdict {
  brand: string;
  closes: number;
  figures: number;
  faults: CloseFault[];
}

/** Checks every close of a brand: the chain, what the audit log recorded, and each row that was frozen. Empty faults: all is as it was written. */
export async function verifyCloses(
  { warehouse, dataSource }: { warehouse: Warehouse; dataSource: DataSource },
  { brandId, code }: Brand,
): Promise<CloseVerdict> {
  const { closes, recorded } = await dataSource.transaction('REPEATABLE READ', async (tx) => ({
    closes: await listCloses(tx, brandId),
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
  return { brand: code, closes: closes.length, figures, faults };
}
