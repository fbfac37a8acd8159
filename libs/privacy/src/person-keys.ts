import type { Platform } from '@app/contracts';
import { loadViewerKeys } from '@app/database';
import { isSentinel, noPerson } from './privacy-errors';
import type { PrivacyStores } from './privacy-stores';

/** A person as one platform knows them. `viewer` is the raw id: it goes no further than `personOf`. */
export interface PersonGiven {
  platform: Platform;
  viewer: string;
}

/** The same as this brand keeps them: keys under every version, never the id. */
export interface Person {
  platform: Platform;
  /** Decimal strings of UInt64. */
  keys: string[];
}

const LONGEST_ID = 200;

/** Hex of a key, as exports and pushes hold it behind its version. */
export const hexOf = (key: string): string => BigInt(key).toString(16).padStart(16, '0');

/**
 * Hashes an id with every version of the brand's key, at once. Throws bad_input for what is no raw id (an exported viewer leads to one version only, and half a
 * deletion that looks whole is worse than none), conflict for a sentinel.
 */
export async function personOf({ dataSource, secret }: PrivacyStores, brandId: number, given: PersonGiven): Promise<Person> {
  const id = given.viewer.trim();
  if (id === '' || id.length > LONGEST_ID || /^vk\d{1,9}:[0-9a-f]{16}$/.test(id)) throw noPerson();
  const found = (await loadViewerKeys(dataSource, secret, brandId)).everyKeyOf(given.platform, id);
  const keys = [...new Set((found ?? []).map(String))];
  if (keys.length === 0) throw noPerson();
  const [{ known }] = (await dataSource.query(
    `SELECT EXISTS (SELECT FROM sentinel WHERE brand_id = $1 AND (viewer = $2 OR substring(viewer FROM '^vk[0-9]+:([0-9a-f]{16})$') = ANY ($3))) AS known`,
    [brandId, id, keys.map(hexOf)],
  )) as { known: boolean }[];
  if (known) throw isSentinel();
  return { platform: given.platform, keys };
}
