import { KeyObject, createHash, createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import type { Platform } from '@app/contracts';

const firstEight = (digest: Buffer): bigint => digest.readBigUInt64BE(0);

/** Key of a text as UInt64 (first eight bytes of SHA-256): comment and lead ids, entry ids of blank viewers. The empty text is 0. */
export function textKey(text: string): bigint {
  return text === '' ? 0n : firstEight(createHash('sha256').update(text).digest());
}

/** Key of an account's facts: the same for declared and undeclared accounts, on every machine. */
export function accountKey(brandId: number, platform: Platform, accountId: string): bigint {
  return firstEight(createHash('sha256').update(`${brandId}\0${platform}\0${accountId}`).digest());
}

/** Version of the viewer key in force; exported viewers read `vk<version>:<16 hex>`. */
export const VIEWER_KEY_VERSION = 1;
const EXPORTED_VIEWER = /^vk(\d+):([0-9a-f]{16})$/;

/**
 * Turns viewer ids into keys (domain.md 8): HMAC-SHA256 under a key of the brand, derived from the installation's secret. Raw ids stay inside
 * one call. A viewer that is already exported (`vk1:…`) is taken as it is. A blank id has key 0. Throws nothing; an unknown key version is null.
 */
export class ViewerKeys {
  // a key object made once: building one per call costs five times the hash
  private readonly key: KeyObject;

  constructor(secret: string, brandId: number) {
    this.key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, 'vitrine', `viewer:${brandId}:v${VIEWER_KEY_VERSION}`, 32)));
  }

  keyOf(platform: Platform, viewer: string): bigint | null {
    const id = viewer.trim();
    if (id === '') return 0n;
    const exported = id.startsWith('vk') ? EXPORTED_VIEWER.exec(id) : null;
    if (exported) return Number(exported[1]) === VIEWER_KEY_VERSION ? BigInt(`0x${exported[2]}`) : null;
    const key = firstEight(createHmac('sha256', this.key).update(`${platform}\0${id}`).digest());
    return key === 0n ? 1n : key;
  }

  exported(key: bigint): string {
    return key === 0n ? '' : `vk${VIEWER_KEY_VERSION}:${key.toString(16).padStart(16, '0')}`;
  }
}
