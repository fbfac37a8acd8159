/** Round constants of SHA-256 (FIPS 180-4, 4.2.2). */
// prettier-ignore
const ROUND = new Int32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
// prettier-ignore
const START = new Int32Array([0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19]);
const BLOCK_BYTES = 64;
const LENGTH_BYTES = 8;
const DIGEST_BYTES = 32;

const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by));
const words = new Int32Array(ROUND.length);

/** One block into the state (FIPS 180-4, 6.2.2). */
function compress(state: Int32Array, view: DataView, from: number): void {
  for (let t = 0; t < 16; t++) words[t] = view.getInt32(from + 4 * t);
  for (let t = 16; t < 64; t++) {
    const w2 = words[t - 2];
    const w15 = words[t - 15];
    const s0 = turn(w15, 7) ^ turn(w15, 18) ^ (w15 >>> 3);
    const s1 = turn(w2, 17) ^ turn(w2, 19) ^ (w2 >>> 10);
    words[t] = (words[t - 16] + s0 + words[t - 7] + s1) | 0;
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let t = 0; t < 64; t++) {
    const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[t] + words[t]) | 0;
    const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

/**
 * The first eight bytes of HMAC-SHA256 (RFC 2104) under one key, big-endian. Node's own calls cost three times as much for a message of thirty
 * bytes, of which an import hashes one a row: a native call each way, and two of the four blocks are the key's, the same every time.
 */
export class HmacSha256 {
  private readonly inner: Int32Array;
  private readonly outer: Int32Array;
  private readonly state = new Int32Array(8);
  private readonly last = new DataView(new ArrayBuffer(BLOCK_BYTES));
  private message = Buffer.alloc(16 * BLOCK_BYTES);
  private view = new DataView(this.message.buffer, this.message.byteOffset, this.message.length);

  /** The key has at most 64 bytes. */
  constructor(key: Uint8Array) {
    if (key.length > BLOCK_BYTES) throw new RangeError('the key is longer than a block');
    this.inner = HmacSha256.keyed(key, 0x36);
    this.outer = HmacSha256.keyed(key, 0x5c);
    // the outer message is always one digest: its padding never changes
    this.last.setUint8(DIGEST_BYTES, 0x80);
    this.last.setUint32(BLOCK_BYTES - 4, (BLOCK_BYTES + DIGEST_BYTES) * 8);
  }

  private static keyed(key: Uint8Array, pad: number): Int32Array {
    const block = new Uint8Array(BLOCK_BYTES).fill(pad);
    key.forEach((byte, at) => (block[at] ^= byte));
    const state = START.slice();
    compress(state, new DataView(block.buffer), 0);
    return state;
  }

  firstEight(text: string): bigint {
    const size = this.write(text);
    const blocks = Math.ceil((size + 1 + LENGTH_BYTES) / BLOCK_BYTES);
    const end = blocks * BLOCK_BYTES;
    this.message.fill(0, size, end);
    this.message[size] = 0x80;
    this.view.setUint32(end - 4, (BLOCK_BYTES + size) * 8);
    this.state.set(this.inner);
    for (let from = 0; from < end; from += BLOCK_BYTES) compress(this.state, this.view, from);
    for (let at = 0; at < 8; at++) this.last.setInt32(4 * at, this.state[at]);
    this.state.set(this.outer);
    compress(this.state, this.last, 0);
    this.last.setInt32(0, this.state[0]);
    this.last.setInt32(4, this.state[1]);
    return this.last.getBigUint64(0);
  }

  /** UTF-8 of the text at the front of `message`, with room for the padding. Returns its size. */
  private write(text: string): number {
    const { length } = text;
    const room = 3 * length + BLOCK_BYTES + LENGTH_BYTES + 1;
    if (room > this.message.length) {
      this.message = Buffer.alloc(2 * room);
      this.view = new DataView(this.message.buffer, this.message.byteOffset, this.message.length);
    }
    for (let at = 0; at < length; at++) {
      const code = text.charCodeAt(at);
      if (code > 127) return this.message.write(text, 'utf8');
      this.message[at] = code;
    }
    return length;
  }
}
