import type { IncentiveRules, PlacedHold, Settlement, SettlementWaiver } from '@app/contracts';
import type { StateReader } from '@app/database';
import type { IncentiveService, SettlementService } from '@app/settlement';
import type { Asker } from '../http/asker';
import type { FourEyes } from '../http/four-eyes';
import { SettlementsController } from './settlements.controller';
import { SettlementQuery } from './settlements.dto';

const newestFirst = Array.from({ length: 12 }, (_, at) => String(12 - at));

describe('settlements over HTTP', () => {
  const asked: (string | undefined)[] = [];
  const services = {
    list: (_: 'all', { brand }: { brand?: string }) => {
      asked.push(brand);
      return Promise.resolve(newestFirst.map((settlementId) => ({ settlementId }) as Settlement));
    },
    rules: (brand?: string) => {
      asked.push(brand);
      return Promise.resolve(newestFirst.map((version) => ({ version: Number(version) }) as IncentiveRules));
    },
    holds: (_: 'all', { brand }: { brand?: string }) => {
      asked.push(brand);
      return Promise.resolve(newestFirst.map((holdId) => ({ holdId }) as PlacedHold));
    },
    waivers: (_: 'all', { brand }: { brand?: string }) => {
      asked.push(brand);
      return Promise.resolve(newestFirst.map((waiverId) => ({ waiverId }) as SettlementWaiver));
    },
  };
  const controller = new SettlementsController(
    services as unknown as SettlementService,
    services as unknown as IncentiveService,
    {} as StateReader,
    {} as FourEyes,
  );

  it('lists keep the newest first over their pages, of the brand that is asked about', async () => {
    const query = Object.assign(new SettlementQuery(), { limit: 5, brand: 'acme' });
    const pages = async (list: (page: SettlementQuery) => Promise<{ rows: object[]; nextCursor: string | null }>) => {
      const first = await list(query);
      const second = await list({ ...query, cursor: first.nextCursor! });
      return [...first.rows, ...second.rows].map((row) => String(Object.values(row)[0]));
    };
    const asker = { scope: 'all', brand: 'acme' } as Asker;
    expect(await pages((page) => controller.list(asker, page))).toEqual(newestFirst.slice(0, 10));
    expect(await pages((page) => controller.rules(asker, page))).toEqual(newestFirst.slice(0, 10));
    expect(await pages((page) => controller.holds(asker, page))).toEqual(newestFirst.slice(0, 10));
    expect(await pages((page) => controller.waivers(asker, page))).toEqual(newestFirst.slice(0, 10));
    expect(new Set(asked)).toEqual(new Set(['acme']));
  });
});
