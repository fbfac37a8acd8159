import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { deriveKey } from '@app/config';
import { canonicalJson, sha256Hex, type ChainHead } from './act-chain';

/** An end that the audit log of a brand had, to be kept outside the store. */
export interface Anchor extends ChainHead {
  brandId: number;
  brand: string;
  /** ISO 8601, when it was taken. */
  at: string;
  /** `contentOf` of the anchor before; null: the first. */
  previous: string | null;
}

/** An anchor with what it is checked by: the public key of the installation (raw Ed25519, base64url), and the signature over `contentOf`. */
export interface SignedAnchor extends Anchor {
  key: string;
  signature: string;
}

/** RFC 8410: what stands before the 32 bytes of a private key, and of a public one. */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

function privateKey(secret: string): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PRIVATE_PREFIX, deriveKey(secret, 'audit-anchors')]), format: 'der', type: 'pkcs8' });
}

const rawPublicKey = (key: KeyObject): string =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(PUBLIC_PREFIX.length).toString('base64url');

/** The key by which anyone checks anchors of the installation with that secret. */
export const anchorKey = (secret: string): string => rawPublicKey(privateKey(secret));

/** What an anchor says, as one hash: what is signed, and what the next anchor names. Survives another key. */
export function contentOf({ brandId, brand, seq, hash, at, previous }: Anchor): string {
  return sha256Hex(canonicalJson({ brandId, brand, seq, hash, at, previous }));
}

/** Signs with the key of the installation. */
export function signedAnchor(secret: string, { brandId, brand, seq, hash, at, previous }: Anchor): SignedAnchor {
  const anchor = { brandId, brand, seq, hash, at, previous };
  const key = privateKey(secret);
  return { ...anchor, key: rawPublicKey(key), signature: sign(null, Buffer.from(contentOf(anchor)), key).toString('base64url') };
}

/** Whether an anchor is as the holder of that public key signed it. */
export function isSignedBy(key: string, anchor: SignedAnchor): boolean {
  if (anchor.key !== key) return false;
  try {
    const spki = createPublicKey({ key: Buffer.concat([PUBLIC_PREFIX, Buffer.from(key, 'base64url')]), format: 'der', type: 'spki' });
    return verify(null, Buffer.from(contentOf(anchor)), spki, Buffer.from(anchor.signature, 'base64url'));
  } catch {
    return false;
  }
}

/** The anchor of a JSON text, or null for anything else. */
export function parsedAnchor(json: string): SignedAnchor | null {
  try {
    const value = JSON.parse(json) as Partial<SignedAnchor> | null;
    const texts = [value?.brand, value?.hash, value?.at, value?.key, value?.signature].every((text) => typeof text === 'string');
    const numbers = [value?.brandId, value?.seq].every((number) => Number.isSafeInteger(number));
    const previous = value?.previous === null || typeof value?.previous === 'string';
    return texts && numbers && previous ? (value as SignedAnchor) : null;
  } catch {
    return null;
  }
}
