import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { VitrineError } from '@app/contracts';

const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

/** A token in memory. Printing, logging or serialising it gives `[secret]`; only `reveal()` gives the text. */
export class SecretText {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

/** Which field of which grant a box belongs to: a box moved to another row or column does not open. */
export interface BoxPlace {
  brandId: number;
  product: string;
  principalId: string;
  field: 'accessToken' | 'refreshToken' | 'appSecret';
}

/** Seals tokens with AES-256-GCM under a key derived (HKDF) from the installation's secret. */
export class GrantVault {
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, 'vitrine', `grants:v${FORMAT}`, 32));
  }

  seal(text: string, place: BoxPlace): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: TAG_BYTES }).setAAD(associated(place));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(FORMAT), nonce, cipher.getAuthTag(), sealed]);
  }

  /** Throws `conflict` when the box was sealed under another secret, or was tampered with. */
  open(box: Buffer, place: BoxPlace): SecretText {
    try {
      if (box[0] !== FORMAT) throw new Error('unknown format');
      const nonce = box.subarray(1, 1 + NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: TAG_BYTES })
        .setAAD(associated(place))
        .setAuthTag(box.subarray(1 + NONCE_BYTES, HEAD_BYTES));
      return new SecretText(Buffer.concat([decipher.update(box.subarray(HEAD_BYTES)), decipher.final()]).toString('utf8'));
    } catch (cause) {
      throw unreadable(place.product, cause);
    }
  }
}

const associated = ({ brandId, product, principalId, field }: BoxPlace) =>
  Buffer.from([brandId, product, principalId, field].join('\0'), 'utf8');

function unreadable(product: string, cause: unknown): VitrineError {
  return new VitrineError(
    'conflict',
    { zh: `无法用当前密钥解开 ${product} 的授权`, en: `A grant of ${product} cannot be opened with the present secret` },
    {
      remedy: { zh: '请恢复原来的 VITRINE_SECRET，或重新导入授权', en: 'Restore the former VITRINE_SECRET, or import the grant again' },
      cause,
    },
  );
}
