import type { WhatIfReport } from '@app/contracts';
import { WhatIfJobs } from './what-if-jobs';
import type { PreparedWhatIf, WhatIfService } from './what-if.service';

/** Quick questions of brands by number; each waits until it is let go. */
function questions() {
  const open: (() => void)[] = [];
  const answered: number[] = [];
  const service = {
    prepare: ({ brand }: { brand?: string }) =>
      Promise.resolve({ ask: { brand: { brandId: Number(brand) }, state: { accounts: [] } }, query: {}, work: 'quick' } as never),
    answer: async ({ ask }: PreparedWhatIf) => {
      await new Promise<void>((resolve) => open.push(resolve));
      answered.push(ask.brand.brandId);
      return {} as WhatIfReport;
    },
  };
  return { jobs: new WhatIfJobs(service as unknown as WhatIfService), open, answered };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));
const asker = { scope: 'all' as const };
const of = (brand: number) => ({ brand: String(brand), level: 'account' as const });

describe('quick questions what if', () => {
  it('of a brand wait for each other, and no more of them than may; another brand does not wait', async () => {
    const { jobs, open, answered } = questions();
    const waiting = Array.from({ length: 16 }, () => jobs.start(of(1), asker));
    await soon();
    expect(open).toHaveLength(1);
    await expect(jobs.start(of(1), asker)).rejects.toMatchObject({ code: 'too_many' });
    const other = jobs.start(of(2), asker);
    await soon();
    open.pop()!();
    expect(await other).toMatchObject({ state: 'done' });
    expect(answered).toEqual([2]);
    for (let at = 0; at < waiting.length; at++) {
      open.shift()!();
      expect(await waiting[at]).toMatchObject({ state: 'done' });
      await soon();
    }
    const again = jobs.start(of(1), asker);
    await soon();
    open.pop()!();
    expect(await again).toMatchObject({ state: 'done' });
  });
});
