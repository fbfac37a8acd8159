import { hkdfSync } from 'node:crypto';

/**
 * A key of 32 bytes for one purpose (`tokens`, `credentials`, `ingest` …) out of the installation's secret: HKDF-SHA256 (RFC 5869), salt
 * `vitrine`. Different purposes give unrelated keys, so that the loss of one opens nothing else.
 */
export function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'vitrine', purpose, 32));
}
