import { ensureBrand } from '@app/database';
import type { Stores } from './stores';

/** The brand that an empty store begins with, so that the first import, and the page, need no step before them. */
const FIRST_BRAND = { code: 'brand', name: '我的品牌', zone: 'Asia/Shanghai' };

/** In a store without any brand: makes one, with the wanted code. */
export async function firstBrand({ dataSource }: Pick<Stores, 'dataSource'>, code = FIRST_BRAND.code): Promise<void> {
  const [{ brands }] = (await dataSource.query('SELECT count(*)::int AS brands FROM brand')) as { brands: number }[];
  if (brands === 0) await ensureBrand(dataSource, { ...FIRST_BRAND, code });
}
