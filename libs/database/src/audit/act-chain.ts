import { VitrineError, type ActOrigin, type Actor } from '@app/contracts';
import { createHash } from 'node:crypto';

/** A decision to be written down. `before` and `after` are JSON of what changed (never a viewer, token, phone or chat text); null is none. */
export interface Act {
  brandId: number;
  actor: Actor;
  /** What was done, as noun.verb: `rate-cards.import`, `proposal.activate`, `month.close`. */
  action: string;
  /** What it was done to, as its name in answers. */
  subject: string;
  before: unknown;
  after: unknown;
  reason: string | null;
}

/** What an act of the product itself has, and every act of before version 2. */
export const NO_ORIGIN: ActOrigin = { address: null, requestId: null, sessionId: null };

/** Of what a hash covers: 1 knew no origin. */
export const ACT_VERSION = 2;

/** A decision as it stands in the log: the `seq`-th of its brand. `at` is ISO 8601 in UTC with milliseconds; hashes are SHA-256 in hex. */
export interface RecordedAct extends Act {
  seq: number;
  at: string;
  version: number;
  origin: ActOrigin;
  previousHash: string;
  hash: string;
}

/** The end of a brand's chain, kept apart from the log. */
export type ChainHead = Pick<RecordedAct, 'seq' | 'hash'>;

/**
 * What is wrong at a place of the chain: a row differs from its hash, rows before it are gone or moved, the end is not the one kept apart, or a row that
 * an anchor outside the store names is gone or another.
 */
export interface ChainFault {
  seq: number;
  kind: 'edited' | 'broken' | 'end' | 'anchor';
}

/** Hash before the first link of a brand's chain: of acts, and of closes. */
export const CHAIN_START = '0'.repeat(64);

/**
 * JSON with one spelling per value: keys sorted by UTF-16 code units, no spaces, what is undefined left out (null in arrays), numbers as JavaScript
 * writes them. Throws bad_input for text that the state store cannot keep as it is (NUL, half a surrogate pair).
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(keepable(value));
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if ('toJSON' in value && typeof value.toJSON === 'function') return canonicalJson(value.toJSON());
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(keepable(key))}:${canonicalJson(field)}`).join(',')}}`;
}

/** SHA-256 of a text, in hex. */
export const sha256Hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** The hash of a row: over all its columns but itself, and over the hash of the row before. Rows of version 1 keep the hash that they were given. */
export function hashOfAct(act: Omit<RecordedAct, 'hash'>): string {
  const { brandId, seq, at, actor, action, subject, before, after, reason, previousHash, version, origin } = act;
  const first = { brandId, seq, at, actor, action, subject, before, after, reason, previousHash };
  const { address, requestId, sessionId } = origin;
  // an origin that somebody adds to an old row must show
  const old = version === 1 && address === null && requestId === null && sessionId === null;
  return sha256Hex(canonicalJson(old ? first : { ...first, version, origin: { address, requestId, sessionId } }));
}

/** Checks a chain given in pieces, in the order of `seq`, from its first row. `anchors` are ends that it once had, kept outside. */
export class ChainCheck {
  readonly faults: ChainFault[] = [];
  private last: ChainHead = { seq: 0, hash: CHAIN_START };
  private readonly unseen: Map<number, string>;

  constructor(anchors: readonly ChainHead[] = []) {
    this.unseen = new Map(anchors.map(({ seq, hash }) => [seq, hash]));
  }

  take(acts: readonly RecordedAct[]): void {
    for (const act of acts) {
      if (act.seq !== this.last.seq + 1 || act.previousHash !== this.last.hash) this.faults.push({ seq: act.seq, kind: 'broken' });
      if (hashOfAct(act) !== act.hash) this.faults.push({ seq: act.seq, kind: 'edited' });
      if (this.unseen.get(act.seq) === act.hash) this.unseen.delete(act.seq);
      this.last = { seq: act.seq, hash: act.hash };
    }
  }

  /** `head`: the end kept apart from the log; null where nothing was ever recorded. */
  end(head: ChainHead | null): ChainFault[] {
    const { seq, hash } = head ?? { seq: 0, hash: CHAIN_START };
    if (seq !== this.last.seq || hash !== this.last.hash) this.faults.push({ seq: Math.max(seq, this.last.seq), kind: 'end' });
    for (const anchored of this.unseen.keys()) this.faults.push({ seq: anchored, kind: 'anchor' });
    return this.faults;
  }
}

function keepable(text: string): string {
  if (!text.includes('\0') && Buffer.from(text, 'utf8').toString('utf8') === text) return text;
  throw new VitrineError(
    'bad_input',
    { zh: '文字中含有无法保存的字符', en: 'A text holds a character that cannot be kept' },
    { remedy: { zh: '请删去空字符和不完整的表情符号', en: 'Take out NUL characters and halves of emoji' } },
  );
}
