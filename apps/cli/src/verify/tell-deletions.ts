import type { Brand, ErasureReceipt } from '@app/contracts';
import { factFloor } from '@app/database';
import { PersonService } from '@app/privacy';
import { print } from '../output';
import type { Stores } from '../../../process/stores';

/** What was taken out of the facts on purpose: no fault, and the reason why a closed month may differ from what its facts give now. */
export interface DeletionsTold {
  brand: string;
  /** Never of whom. */
  persons: Pick<ErasureReceipt, 'erasureId' | 'requestedAt' | 'state' | 'closedMonths'>[];
  /** First month of which retention keeps every entry; null: it has removed none. */
  keptFrom: string | null;
}

const TOLD = 20;

export async function deletionsOf({ warehouse, dataSource, instance, clock }: Stores, { brandId, code }: Brand): Promise<DeletionsTold> {
  const receipts = await new PersonService({ warehouse, dataSource, secret: instance.secret, clock }).list(brandId);
  const persons = receipts.map(({ erasureId, requestedAt, state, closedMonths }) => ({ erasureId, requestedAt, state, closedMonths }));
  return { brand: code, persons, keptFrom: await factFloor(dataSource, brandId) };
}

export function tellDeletions({ brand, persons, keptFrom }: DeletionsTold): void {
  if (persons.length === 0 && keptFrom === null) return;
  const kept = keptFrom === null ? '' : `; entries are kept from ${keptFrom} on`;
  print(`ok    ${brand}  ${'deletions'.padEnd(17)} ${persons.length} persons${kept}`);
  for (const { erasureId, requestedAt, state, closedMonths } of persons.slice(0, TOLD))
    print(`      ${requestedAt} ${erasureId}: ${state}${closedMonths.length > 0 ? `, rows of closed ${closedMonths.join(', ')}` : ''}`);
}
