import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Box of before key ids: version byte, nonce, tag, text. Still opened, never written. */
const WITHOUT_KEY_ID = 1;
/** Version byte, id of the key, nonce, tag, text. */
const WITH_KEY_ID = 2;
const KEY_ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Why a box does not open: it was sealed under another secret, or it is not what was sealed for this place. */
export class SealError extends Error {
  constructor(readonly reason: 'other key' | 'damaged') {
    super(reason === 'other key' ? 'sealed under another secret' : 'damaged, or moved from another row');
    this.name = 'SealError';
  }
}

/** Which row and column a box belongs to: a box that is moved elsewhere does not open. */
export type SealPlace = readonly (string | number)[];

/**
 * Seals what must not be read from the state store: AES-256-GCM under a key derived (HKDF) from the installation's secret. Every box names the
 * key by an id that tells nothing about it, so that a rotation knows which boxes it has still to seal anew.
 */
export class SealVault {
  readonly #key: Buffer;
  readonly #keyId: Buffer;

  constructor(secret: string, purpose: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, 'vitrine', `${purpose}:v1`, 32));
    this.#keyId = Buffer.from(hkdfSync('sha256', secret, 'vitrine', `${purpose}:key-id`, KEY_ID_BYTES));
  }

  seal(content: string | Buffer, place: SealPlace): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: TAG_BYTES }).setAAD(associated(place));
    const sealed = Buffer.concat([typeof content === 'string' ? cipher.update(content, 'utf8') : cipher.update(content), cipher.final()]);
    return Buffer.concat([Buffer.of(WITH_KEY_ID), this.#keyId, nonce, cipher.getAuthTag(), sealed]);
  }

  /** Throws SealError. */
  open(box: Buffer, place: SealPlace): Buffer {
    if (box[0] !== WITHOUT_KEY_ID && box[0] !== WITH_KEY_ID) throw new SealError('damaged');
    if (box[0] === WITH_KEY_ID && !this.#keyId.equals(box.subarray(1, 1 + KEY_ID_BYTES))) throw new SealError('other key');
    const at = box[0] === WITH_KEY_ID ? 1 + KEY_ID_BYTES : 1;
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, box.subarray(at, at + NONCE_BYTES), { authTagLength: TAG_BYTES })
        .setAAD(associated(place))
        .setAuthTag(box.subarray(at + NONCE_BYTES, at + NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(box.subarray(at + NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    } catch {
      // a box without key id does not tell whose it is
      throw new SealError(box[0] === WITH_KEY_ID ? 'damaged' : 'other key');
    }
  }

  /** Was this box sealed by this key, as far as it tells? Boxes without key id: never, so that a rotation gives them one. */
  sealed(box: Buffer): boolean {
    return box[0] === WITH_KEY_ID && this.#keyId.equals(box.subarray(1, 1 + KEY_ID_BYTES));
  }
}

const associated = (place: SealPlace) => Buffer.from(place.join('\0'), 'utf8');
