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

/** Before a change of the key, entries carry the next key as well for so long (31 × 24 h): what joins visits, runs and windows over the edge. */
export const KEY_OVERLAP_MS = 2_678_400_000;
const EXPORTED_VIEWER = /^vk(\d{1,9}):([0-9a-f]{16})$/;

/** One version of a brand's viewer key. */
export interface ViewerKeyVersion {
  version: number;
  key: Buffer;
  /** First instant at which it is in force, epoch ms: that of a business month; null: since ever. */
  validFrom: number | null;
  /** Entries of the 31 days before `validFrom` carry it as well. */
  overlap: boolean;
}

/** The brand's first key as far as nobody has stored it: derived from the installation's secret. */
export const firstViewerKey = (secret: string, brandId: number): ViewerKeyVersion => ({
  version: 1,
  key: Buffer.from(hkdfSync('sha256', secret, 'vitrine', `viewer:${brandId}:v1`, 32)),
  validFrom: null,
  overlap: false,
});

interface Version extends Omit<ViewerKeyVersion, 'key'> {
  from: number;
  key: KeyObject;
}

/**
 * Turns viewer ids into keys (domain.md 8): HMAC-SHA256 under the key of the brand that is in force at an instant. Raw ids stay inside one call. A
 * viewer that is already exported (`vk1:…`) is taken as it is. A blank id has key 0. Throws nothing; a key version that cannot be is null.
 */
export class ViewerKeys {
  private readonly versions: Version[];

  /** With a secret alone: the brand's derived first key. */
  constructor(secret: string, brandId: number, versions: readonly ViewerKeyVersion[] = [firstViewerKey(secret, brandId)]) {
    this.versions = versions
      // a key object made once: building one per call costs five times the hash
      .map((one) => ({ ...one, key: createSecretKey(one.key), from: one.validFrom ?? -Infinity }))
      .sort((a, b) => a.from - b.from);
  }

  /** Instants (epoch ms) at which the key changes and entries before carry the next one, ascending. */
  get changes(): number[] {
    return this.versions.slice(1).flatMap(({ from, overlap }) => (overlap ? [from] : []));
  }

  /** Null: an exported viewer of a version that is unknown, or not the one in force at the instant (default: since ever). */
  keyOf(platform: Platform, viewer: string, at = -Infinity): bigint | null {
    const id = viewer.trim();
    if (id === '') return 0n;
    const { version, key } = this.versionAt(at);
    const exported = id.startsWith('vk') ? EXPORTED_VIEWER.exec(id) : null;
    if (exported) return Number(exported[1]) === version ? BigInt(`0x${exported[2]}`) : null;
    return hashed(key, platform, id);
  }

  /** The key that the viewer will have after the next change, where an entry at this instant has to carry it; else 0. Exported viewers: 0. */
  nextKeyOf(platform: Platform, viewer: string, at: number): bigint {
    const next = this.nextAt(at);
    const id = viewer.trim();
    return next === null || id === '' || EXPORTED_VIEWER.test(id) ? 0n : hashed(next.key, platform, id);
  }

  /** What an export says of the next key, as a key; null: it is none of the version that an entry at this instant carries. */
  importedNextKey(viewer: string, at: number): bigint | null {
    const exported = EXPORTED_VIEWER.exec(viewer.trim());
    return exported && Number(exported[1]) === this.nextAt(at)?.version ? BigInt(`0x${exported[2]}`) : null;
  }

  /** The keys of all versions that there are, for what holds whenever the viewer enters; an exported viewer has its own only. Null: not of this brand. */
  everyKeyOf(platform: Platform, viewer: string): bigint[] | null {
    const id = viewer.trim();
    if (id === '') return [0n];
    const exported = id.startsWith('vk') ? EXPORTED_VIEWER.exec(id) : null;
    if (!exported) return this.versions.map(({ key }) => hashed(key, platform, id));
    return this.versions.some(({ version }) => version === Number(exported[1])) ? [BigInt(`0x${exported[2]}`)] : null;
  }

  /** `vk<version>:<16 hex>`, with the version in force at the instant; a blank viewer is ''. */
  exported(key: bigint, at = -Infinity): string {
    return key === 0n ? '' : exportedViewer(this.versionAt(at).version, key);
  }

  /** The same of the next key that an entry at this instant carries. */
  exportedNext(key: bigint, at: number): string {
    const next = this.nextAt(at);
    return key === 0n || next === null ? '' : exportedViewer(next.version, key);
  }

  /** Number of the version that the next change after an instant brings; throws RangeError when none is known. */
  versionAfter(at: number): number {
    const next = this.nextAt(at);
    if (!next) throw new RangeError('no change of the key is known');
    return next.version;
  }

  private versionAt(at: number): Version {
    let place = this.versions.length - 1;
    while (place > 0 && this.versions[place].from > at) place--;
    return this.versions[place];
  }

  private nextAt(at: number): Version | null {
    const next = this.versions.find(({ from }) => from > at);
    return next?.overlap && at >= next.from - KEY_OVERLAP_MS ? next : null;
  }
}

function hashed(key: KeyObject, platform: Platform, id: string): bigint {
  const found = firstEight(createHmac('sha256', key).update(`${platform}\0${id}`).digest());
  return found === 0n ? 1n : found;
}

/** A viewer key as files and people see it. */
const exportedViewer = (version: number, key: bigint): string => `vk${version}:${key.toString(16).padStart(16, '0')}`;
