import { inspect } from 'node:util';
import { VitrineError } from '@app/contracts';
import { SealVault, type SealPlace } from '../seal/seal-vault';

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

/** Seals tokens of grants: see SealVault. */
export class GrantVault {
  readonly #vault: SealVault;

  constructor(secret: string) {
    this.#vault = new SealVault(secret, 'grants');
  }

  seal(text: string, place: BoxPlace): Buffer {
    return this.#vault.seal(text, placeOf(place));
  }

  /** Throws `conflict` when the box was sealed under another secret, or was tampered with. */
  open(box: Buffer, place: BoxPlace): SecretText {
    try {
      return new SecretText(this.#vault.open(box, placeOf(place)).toString('utf8'));
    } catch (cause) {
      throw unreadable(place.product, cause);
    }
  }
}

const placeOf = ({ brandId, product, principalId, field }: BoxPlace): SealPlace => [brandId, product, principalId, field];

function unreadable(product: string, cause: unknown): VitrineError {
  return new VitrineError(
    'conflict',
    { zh: `无法用当前密钥解开 ${product} 的授权`, en: `A grant of ${product} cannot be opened with the present secret` },
    {
      remedy: {
        zh: '请恢复原来的 VITRINE_SECRET，若轮换被中断请再次运行 vitrine secret rotate，或重新导入授权',
        en: 'Restore the former VITRINE_SECRET, run `vitrine secret rotate` again if it was interrupted, or import the grant again',
      },
      cause,
    },
  );
}
