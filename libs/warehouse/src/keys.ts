import { createHash, createHmac, hash, hkdfSync } from 'node:crypto';
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
const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const LONGEST_MESSAGE = 1024;
const EXPORTED_VIEWER = /^vk(\d+):([0-9a-f]{16})$/;

/**
 * Turns viewer ids into keys (domain.md 8): HMAC-SHA256 under a key of the brand, derived from the installation's secret. Raw ids stay inside
 * one call. A viewer that is already exported (`vk1:…`) is taken as it is. A blank id has key 0. Throws nothing; an unknown key version is null.
 */
export class ViewerKeys {
  /** Key block of HMAC-SHA256 (RFC 2104) for the inner and outer hash, followed by room for the message. */
  private readonly inner = Buffer.alloc(BLOCK_BYTES + LONGEST_MESSAGE, 0x36);
  private readonly outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES, 0x5c);

  constructor(secret: string, brandId: number) {
    const key = Buffer.from(hkdfSync('sha256', secret, 'vitrine', `viewer:${brandId}:v${VIEWER_KEY_VERSION}`, 32));
    key.forEach((byte, at) => {
      this.inner[at] ^= byte;
      this.outer[at] ^= byte;
    });
  }

  keyOf(platform: Platform, viewer: string): bigint | null {
    const id = viewer.trim();
    if (id === '') return 0n;
    const exported = id.startsWith('vk') ? EXPORTED_VIEWER.exec(id) : null;
    if (exported) return Number(exported[1]) === VIEWER_KEY_VERSION ? BigInt(`0x${exported[2]}`) : null;
    const key = this.firstEightOfHmac(`${platform}\0${id}`);
    return key === 0n ? 1n : key;
  }

  // createHmac builds a key object per call, and a digest as a Buffer costs three times one as text: together they dominated an import
  private firstEightOfHmac(message: string): bigint {
    const size = Buffer.byteLength(message);
    if (size > LONGEST_MESSAGE) return firstEight(createHmac('sha256', this.outerKey()).update(message).digest());
    this.inner.write(message, BLOCK_BYTES, 'utf8');
    this.outer.write(hash('sha256', this.inner.subarray(0, BLOCK_BYTES + size), 'binary'), BLOCK_BYTES, 'latin1');
    return BigInt(`0x${hash('sha256', this.outer, 'hex').slice(0, 16)}`);
  }

  private outerKey(): Buffer {
    return Buffer.from(this.outer.subarray(0, 32).map((byte) => byte ^ 0x5c));
  }

  exported(key: bigint): string {
    return key === 0n ? '' : `vk${VIEWER_KEY_VERSION}:${key.toString(16).padStart(16, '0')}`;
  }
}
