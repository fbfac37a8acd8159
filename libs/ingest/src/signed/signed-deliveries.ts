import type { Readable } from 'node:stream';
import * as path from 'node:path';
import { findImportKind, type ImportKind } from '@app/contracts';
import { IngestKeyRepository, finishedDelivery, type UsableIngestKey } from '@app/database';
import { wrongEncoding } from '../file-errors';
import { scanFile } from '../file-scan';
import { importNdjson } from '../import';
import type { ImportResult, IngestStores } from '../import-request';
import { takePluginMessages, type PluginResult } from './douyin-plugin';
import { isTimely, sameSignature, signatureOf, signedHeaders } from './signature';
import {
  headersMissing,
  notInScope,
  notSigned,
  nothingUsable,
  tooLarge,
  tooManyAtOnce,
  unknownKind,
  untimely,
  wrongMedia,
} from './signed-errors';
import { type BodyLimits, INCOMING, type SpooledBody, spoolBody, sweepBodies } from './spooled-body';

/** What came over HTTP. */
export interface SignedRequest {
  /** A fact kind, or `douyin-plugin`. */
  kind: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As sent. */
  body: Readable;
}

/** Counts as of an import; `repeated`: this content was in already, and nothing was written. Never a path, never a value. */
export type SignedResult = Omit<ImportResult, 'rejectsFile' | 'rejectsFiles'> & { repeated?: true };

export const PLUGIN_KIND = 'douyin-plugin';
const NDJSON = ['application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/x-jsonlines'];
const MEGABYTE = 1 << 20;
const LIMITS: BodyLimits = { bytes: 64 * MEGABYTE, unpackedBytes: 512 * MEGABYTE };
const PLUGIN_LIMITS: BodyLimits = { bytes: 4 * MEGABYTE, unpackedBytes: 16 * MEGABYTE };
/** Requests of one key under way. */
const AT_ONCE = 4;

/**
 * Facts that other systems bring, each request signed with an ingest key (docs/ingest.md). A request is written whole after its signature is
 * checked, or not at all; the same content again, at the same time too, changes nothing. Throws VitrineError for each answer that is no result.
 */
export class SignedDeliveries {
  private readonly keys: IngestKeyRepository;
  private readonly underWay = new Map<string, number>();
  /** Contents that are being imported: a second request with one of them waits, and finds it done. */
  private readonly contents = new Map<string, Promise<unknown>>();
  private readonly folder: string;
  private swept: Promise<void> | null = null;

  constructor(
    private readonly stores: IngestStores,
    private readonly limits: BodyLimits = LIMITS,
  ) {
    this.keys = new IngestKeyRepository(stores.dataSource, stores.secret);
    this.folder = path.join(stores.dataDir, INCOMING);
  }

  async receive(request: SignedRequest): Promise<SignedResult | PluginResult> {
    const { kind: name, headers } = request;
    const kind = name === PLUGIN_KIND ? null : factKind(name);
    const limits = kind ? this.limits : PLUGIN_LIMITS;
    const gzip = checkMedia(headers, kind ? NDJSON : ['application/json']);
    if (Number(headers['content-length'] ?? 0) > limits.bytes) throw tooLarge(Math.floor(limits.bytes / MEGABYTE));
    const { key, signed } = await this.authenticate(headers);
    const running = this.underWay.get(key.keyId) ?? 0;
    if (running >= AT_ONCE) throw tooManyAtOnce();
    this.underWay.set(key.keyId, running + 1);
    let spooled: SpooledBody | null = null;
    try {
      await (this.swept ??= sweepBodies(this.folder, Date.now()));
      const signature = signatureOf(key.secret, signed.timestamp);
      spooled = await spoolBody(request.body, { folder: this.folder, gzip, limits, signature });
      if (!sameSignature(signed.signature, spooled.signature)) throw notSigned();
      checkScope(key, kind);
      await this.keys.markUsed(key.keyId, this.now());
      return kind ? await this.importRows(kind, key, spooled.file) : await takePluginMessages(this.stores, key, spooled.file);
    } finally {
      await spooled?.remove();
      const left = (this.underWay.get(key.keyId) ?? 1) - 1;
      if (left > 0) this.underWay.set(key.keyId, left);
      else this.underWay.delete(key.keyId);
    }
  }

  /** Before the body is read: nobody fills the disk without a key. */
  private async authenticate(headers: SignedRequest['headers']) {
    const signed = signedHeaders(headers);
    if (!signed) throw headersMissing();
    if (!isTimely(signed.timestamp, this.now())) throw untimely(this.now());
    const key = await this.keys.findUsable(signed.keyId, this.now());
    if (!key) throw notSigned();
    return { key, signed };
  }

  private async importRows(kind: ImportKind, key: UsableIngestKey, file: string): Promise<SignedResult> {
    const scan = await scanFile(file).catch(() => null); // an empty body
    if (!scan) throw nothingUsable(0, []);
    if (scan.binary || !scan.utf8) throw wrongEncoding('body');
    const { brandId } = key;
    const content = { brandId, kind: kind.name, contentHash: `${scan.sha256} feed` };
    return this.oneAtATime(`${brandId} ${kind.name} ${scan.sha256}`, async () => {
      const before = await finishedDelivery(this.stores.dataSource, content);
      if (before) return { ...NOTHING, read: before.read, unchanged: before.read, repeated: true as const };
      const result = await importNdjson(this.stores, {
        ...content,
        kind: kind.name,
        source: 'feed',
        file,
        bytes: scan.bytes,
        accounts: key.accounts,
      });
      return answerOf(result);
    });
  }

  private async oneAtATime<Result>(content: string, work: () => Promise<Result>): Promise<Result> {
    for (let before = this.contents.get(content); before; before = this.contents.get(content)) await before.catch(() => undefined);
    const running = work();
    this.contents.set(content, running);
    try {
      return await running;
    } finally {
      this.contents.delete(content);
    }
  }

  private now(): number {
    return (this.stores.now ?? Date.now)();
  }
}

const NOTHING = { accepted: 0, replaced: 0, rejected: 0, rejects: [], notes: [] };

/** Throws `unprocessable` when no row was of use. */
function answerOf(imported: ImportResult): SignedResult {
  const { read, accepted, replaced, unchanged, rejected, waiting, rejects, notes } = imported;
  const result = { read, accepted, replaced, unchanged, rejected, ...(waiting ? { waiting } : {}), rejects, notes };
  if (result.rejected < result.read) return result;
  const details = result.rejects.map(({ line, field, code, reason, remedy }) => ({
    ...(field ? { field } : {}),
    message: `line ${line}: ${code}: ${reason.en} ${reason.zh}`,
    remedy: `${remedy.en} ${remedy.zh}`,
  }));
  throw nothingUsable(result.read, details);
}

function factKind(name: string): ImportKind {
  const kind = findImportKind(name);
  if (kind?.store !== 'facts') throw unknownKind();
  return kind;
}

/** Whether the body is packed. */
function checkMedia(headers: SignedRequest['headers'], expected: string[]): boolean {
  const type = String(headers['content-type'] ?? '')
    .split(';')[0]
    .trim()
    .toLowerCase();
  const encoding = String(headers['content-encoding'] ?? 'identity')
    .trim()
    .toLowerCase();
  if (!expected.includes(type) || !['identity', 'gzip'].includes(encoding)) throw wrongMedia(expected[0]);
  return encoding === 'gzip';
}

function checkScope({ kinds, accounts }: UsableIngestKey, kind: ImportKind | null): void {
  const name = kind?.name ?? PLUGIN_KIND;
  if (kinds.length > 0 && !kinds.includes(name)) throw notInScope(name);
  if (kind && accounts.length > 0 && !kind.fields.some((field) => field.name === 'accountId')) throw notInScope(name);
}
