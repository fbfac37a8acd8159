import { createHmac } from 'node:crypto';
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { IngestKeyRepository, MadeIngestKey, ensureBrand, loadViewerKeys } from '@app/database';
import { SignedDeliveries } from '@app/ingest';
import { INGEST_PATH, ingestBody } from '../../apps/api/src/http/ingest-body';
import { IngestController } from '../../apps/api/src/ingest/ingest.controller';
import { VitrineErrorFilter } from '../../apps/api/src/http/vitrine-error.filter';
import { TestStores, openTestStores } from '../support/stores';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-22T05:00:00Z');
const KB = 1024;

interface Answer {
  status: number;
  body: Record<string, unknown> & { code?: string; details?: { field?: string; message: string }[] };
  retryAfter: string | undefined;
}
interface Sent {
  kind?: string;
  key?: MadeIngestKey;
  body: string | Buffer;
  timestamp?: string;
  signature?: string;
  headers?: Record<string, string>;
  unknownLength?: boolean;
}

const entry = (viewer: string, minute: number, more: object = {}) => ({
  platform: 'douyin',
  accountId: 'a1',
  viewer,
  enteredAt: new Date(NOW - DAY + minute * 60_000).toISOString(),
  dwellSeconds: 30,
  ...more,
});
const lines = (rows: object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

describe('signed deliveries over HTTP', () => {
  let stores: TestStores;
  let app: NestExpressApplication;
  let keys: IngestKeyRepository;
  let brandId: number;
  let key: MadeIngestKey;
  const logged: string[] = [];
  const incoming = () => path.join(stores.dataDir, 'incoming');

  beforeAll(async () => {
    stores = await openTestStores();
    ({ brandId } = await ensureBrand(stores.dataSource, { code: 'b', name: 'b', zone: 'Asia/Shanghai' }));
    keys = new IngestKeyRepository(stores.dataSource, stores.secret);
    key = await keys.create(brandId, { name: 'feed', kinds: [], accounts: [], expiresAt: NOW + DAY });
    const deliveries = new SignedDeliveries({ ...stores, now: () => NOW }, { bytes: 64 * KB, unpackedBytes: 256 * KB });
    const module = { module: class {}, controllers: [IngestController], providers: [{ provide: SignedDeliveries, useValue: deliveries }] };
    app = await NestFactory.create<NestExpressApplication>(module, { logger: false, forceCloseConnections: true });
    app.use(INGEST_PATH, ingestBody);
    const note = (...said: unknown[]) => void logged.push(JSON.stringify(said));
    app.useGlobalFilters(new VitrineErrorFilter({ info: note, warn: note, error: note } as never));
    await app.listen(0, '127.0.0.1');
  });
  afterAll(async () => {
    await app?.close();
    await stores?.close();
  });

  const headersOf = ({
    key: own = key,
    body,
    timestamp = String(NOW / 1000),
    signature,
    headers,
    unknownLength,
  }: Sent): Record<string, string> => ({
    'content-type': 'application/x-ndjson',
    ...(unknownLength ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(Buffer.byteLength(body)) }),
    'x-vitrine-key': own.key.keyId,
    'x-vitrine-timestamp': timestamp,
    'x-vitrine-signature': signature ?? createHmac('sha256', own.secret).update(`${timestamp}.`).update(body).digest('hex'),
    'accept-language': 'en',
    ...headers,
  });
  const open = (sent: Sent, answered: (response: http.IncomingMessage) => void) =>
    http.request(
      {
        port: (app.getHttpServer().address() as { port: number }).port,
        method: 'POST',
        agent: false, // a kept connection may be ending just now
        path: `${INGEST_PATH}/${sent.kind ?? 'entries'}`,
        headers: headersOf(sent),
      },
      answered,
    );
  const send = (sent: Sent): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const request = open(sent, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () =>
          resolve({ status: response.statusCode!, body: JSON.parse(text) as Answer['body'], retryAfter: response.headers['retry-after'] }),
        );
      });
      request.on('error', reject);
      request.end(sent.body);
    });
  const state = () =>
    stores.warehouse.query<{ rows: string; dwell: string }>({
      name: 'test.state',
      sql: 'SELECT count() AS rows, sum(dwell_seconds) AS dwell FROM entries FINAL WHERE brand_id = {brandId: UInt32}',
      params: { brandId },
    });
  const landed = async () =>
    Number((await stores.warehouse.query<{ n: string }>({ name: 'test.landed', sql: 'SELECT count() AS n FROM entries_landing' }))[0].n);
  const refused = async (sent: Sent, status: number, code: string): Promise<Answer> => {
    const before = await landed();
    const answer = await send(sent);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body).toMatchObject({ message: expect.any(String), details: expect.any(Array) });
    expect(await landed()).toBe(before);
    expect(fs.existsSync(incoming()) ? fs.readdirSync(incoming()) : []).toEqual([]);
    return answer;
  };

  it('rows arrive once, with counts and the reasons of rejects; viewers are hashed, and no value is answered', async () => {
    const body = lines([entry('v-1', 1), entry('v-2', 2, { dwellSeconds: 90_000 }), entry('v-3', 3), entry('', 4, { entryId: 'e' })]);
    const answer = await send({ body });
    expect([answer.status, answer.body]).toMatchObject([200, { read: 4, accepted: 3, replaced: 0, unchanged: 0, rejected: 1 }]);
    expect(answer.body.rejects).toMatchObject([{ line: 2, field: 'dwellSeconds', code: 'dwell' }]);
    expect(JSON.stringify(answer.body)).not.toMatch(/v-\d|rejects\/|incoming/);
    const stored = await stores.warehouse.query<{ viewer: string }>({
      name: 'test.viewers',
      sql: 'SELECT toString(viewer_key) AS viewer FROM entries FINAL ORDER BY entered_at',
    });
    const viewers = await loadViewerKeys(stores.dataSource, stores.secret, brandId);
    expect(stored.map(({ viewer }) => viewer)).toEqual([viewers.keyOf('douyin', 'v-1'), viewers.keyOf('douyin', 'v-3'), 0n].map(String));
    expect(await state()).toEqual([{ rows: '3', dwell: '90' }]);
  });

  it('the same request again, packed or not, and two of it at once change nothing', async () => {
    const body = lines([entry('w-1', 10), entry('w-2', 11)]);
    const [one, two] = await Promise.all([send({ body }), send({ body })]);
    const counts = [one, two].map(({ body: said }) => said).sort((a, b) => Number(b.accepted) - Number(a.accepted));
    expect(counts).toMatchObject([{ accepted: 2 }, { accepted: 0, unchanged: 2, repeated: true }]);
    const [before, rows] = [await state(), await landed()];
    const packed = await send({ body: gzipSync(body), headers: { 'content-encoding': 'gzip' }, timestamp: String(NOW + 200_000) });
    expect(packed).toMatchObject({ status: 200, body: { read: 2, accepted: 0, unchanged: 2, repeated: true } });
    expect([await state(), await landed()]).toEqual([before, rows]);
    // other words for the same rows are another content, and the same state
    expect((await send({ body: `${body}\n` })).body).toMatchObject({ accepted: 0, replaced: 0, unchanged: 2 });
    expect(await state()).toEqual(before);
  });

  it('a tampered body, another timestamp, a wrong secret and an unknown key are refused alike, and nothing is written', async () => {
    const body = lines([entry('x', 20)]);
    const good = headersOf({ body })['x-vitrine-signature'];
    const stranger = { ...key, key: { ...key.key, keyId: `ik_${'0'.repeat(18)}` } };
    for (const sent of [
      { body: body.replace('30', '31'), signature: good },
      { body, signature: good, timestamp: String(NOW / 1000 + 1) },
      { body, key: { ...key, secret: `${key.secret}x` } },
      { body, key: stranger },
    ])
      expect((await refused(sent, 401, 'unauthorized')).body.message).toBe(
        'The signature does not hold: key, timestamp or body is another',
      );
    await refused({ body, headers: { 'x-vitrine-signature': 'none' } }, 401, 'unauthorized');
    expect(logged.join()).not.toContain(key.secret);
  });

  it('a clock that is five minutes off is refused with the time of the server', async () => {
    const body = lines([entry('x', 20)]);
    for (const off of [-301, 301]) {
      const { body: said } = await refused({ body, timestamp: String(NOW / 1000 + off) }, 401, 'unauthorized');
      expect(said.details).toContainEqual({ field: 'x-vitrine-timestamp', message: 'server time 2026-11-22T05:00:00.000Z' });
    }
    expect((await send({ body, timestamp: String(NOW - 299_000) })).status).toBe(200);
  });

  it('a key that is revoked, expired or replaced for long ends; a rotated one goes on for its overlap', async () => {
    const scope = { name: 'k', kinds: [], accounts: [] };
    const body = lines([entry('y', 30)]);
    const expired = await keys.create(brandId, { ...scope, expiresAt: NOW });
    await refused({ body, key: expired }, 401, 'unauthorized');
    const first = await keys.create(brandId, { ...scope, expiresAt: NOW + 9 * DAY });
    const next = await keys.rotate(brandId, first.key.keyId, { now: NOW, overlapUntil: NOW + DAY, expiresAt: NOW + 99 * DAY });
    expect((await send({ body, key: first })).status).toBe(200);
    expect((await send({ body, key: next })).body).toMatchObject({ repeated: true });
    expect(await keys.findUsable(first.key.keyId, NOW + DAY)).toBeNull();
    expect(await keys.findUsable(next.key.keyId, NOW + DAY)).not.toBeNull();
    await expect(keys.rotate(brandId, first.key.keyId, { now: NOW, overlapUntil: NOW, expiresAt: NOW })).rejects.toMatchObject({
      code: 'conflict',
    });
    await keys.revoke(brandId, next.key.keyId, NOW);
    await refused({ body, key: next }, 401, 'unauthorized');
  });

  it('a key brings its own kinds, accounts and brand only', async () => {
    const narrow = await keys.create(brandId, { name: 'n', kinds: ['entries'], accounts: ['douyin/a2'], expiresAt: NOW + DAY });
    await refused({ body: lines([{}]), kind: 'sessions', key: narrow }, 403, 'forbidden');
    const mixed = lines([entry('z', 40), entry('z', 41, { accountId: 'a2' }), entry('z', 42, { accountId: 'a2', source: 'correction' })]);
    const answer = await send({ body: mixed, key: narrow });
    expect(answer.body).toMatchObject({
      read: 3,
      accepted: 1,
      rejected: 2,
      rejects: [
        { line: 1, code: 'not_of_key' },
        { line: 3, code: 'not_by_feed' },
      ],
    });
    const { body } = await refused({ body: lines([entry('z', 43)]), key: narrow }, 422, 'unprocessable');
    expect(JSON.stringify(body.details)).toContain('not_of_key');
    const other = await ensureBrand(stores.dataSource, { code: 'c', name: 'c', zone: 'Asia/Shanghai' });
    const foreign = await keys.create(other.brandId, { name: 'o', kinds: [], accounts: [], expiresAt: NOW + DAY });
    const before = await state();
    expect((await send({ body: lines([entry('v-1', 1)]), key: foreign })).body).toMatchObject({ accepted: 1 });
    expect(await state()).toEqual(before);
    const exported = (await loadViewerKeys(stores.dataSource, stores.secret, brandId)).exported(77n);
    expect((await send({ body: lines([entry(exported, 44), entry('vk7:0000000000000001', 45)]) })).body).toMatchObject({
      accepted: 1,
      rejects: [{ line: 2, field: 'viewer', code: 'viewer_key' }],
    });
  });

  it('too large, as sent or unpacked, is 413; another type or packing is 415; another kind is 404', async () => {
    const large = Buffer.alloc(64 * KB + 1, 32);
    await refused({ body: large }, 413, 'too_large');
    await refused({ body: large, unknownLength: true }, 413, 'too_large');
    const bomb = gzipSync(Buffer.alloc(4096 * KB, 32));
    expect(bomb.length).toBeLessThan(64 * KB);
    await refused({ body: bomb, headers: { 'content-encoding': 'gzip' } }, 413, 'too_large');
    await refused({ body: 'x', headers: { 'content-type': 'text/csv' } }, 415, 'unsupported_media');
    await refused({ body: 'x', headers: { 'content-encoding': 'br' } }, 415, 'unsupported_media');
    await refused({ body: 'x', headers: { 'content-encoding': 'gzip' } }, 400, 'bad_input');
    for (const kind of ['grants', 'dealers', 'nothing']) await refused({ body: lines([{}]), kind }, 404, 'not_found');
    await refused({ body: '' }, 422, 'unprocessable');
    await refused({ body: Buffer.from([0xff, 0xfe, 0x41, 0x00]) }, 400, 'bad_input');
    await refused({ body: 'no json\n' }, 422, 'unprocessable');
  });

  it('half a request writes nothing and leaves nothing', async () => {
    const body = lines(Array.from({ length: 100 }, (_, at) => entry(`h-${at}`, 100 + at)));
    const before = await landed();
    await new Promise<void>((resolve) => {
      const request = open({ body }, () => undefined);
      request.on('error', () => undefined).on('close', resolve);
      request.write(body.slice(0, body.length / 2), () => request.destroy());
    });
    for (let look = 0; look < 200 && fs.readdirSync(incoming()).length > 0; look++) await new Promise((resolve) => setTimeout(resolve, 25));
    expect(fs.readdirSync(incoming())).toEqual([]);
    expect(await landed()).toBe(before);
    expect((await send({ body })).body).toMatchObject({ read: 100, accepted: 100 });
  });

  it('more than four requests of one key at once are told to wait', async () => {
    const held = new Set<http.ClientRequest>();
    // one that comes while a request of the test before is just ending is told to wait itself
    const hold = () => {
      const request = open({ body: 'xx' }, () => held.delete(request)).on('error', () => held.delete(request));
      held.add(request);
      return new Promise<void>((resolve) => request.write('x', () => resolve()));
    };
    const body = lines([entry('t', 50)]);
    let answer: Answer | null = null;
    // the four may take a moment to be at the door
    for (let look = 0; look < 100 && answer?.status !== 429; look++) {
      while (held.size < 4) await hold();
      answer = await send({ body });
    }
    expect(answer).toMatchObject({ status: 429, retryAfter: '2', body: { code: 'too_many' } });
    for (const request of held) request.destroy();
    for (let look = 0; look < 200 && answer?.status !== 200; look++) {
      await new Promise((resolve) => setTimeout(resolve, 25));
      answer = await send({ body });
    }
    expect(answer?.status).toBe(200);
  });

  it('messages of the live plugin become entries without dwell and comments, each once, whatever comes again', async () => {
    const own = await keys.create(brandId, { name: 'p', kinds: ['douyin-plugin'], accounts: ['douyin/a9'], expiresAt: NOW + DAY });
    const message = (id: string, type: string, ms: number, more: object = {}) => ({
      messageType: type,
      msg_id: id,
      timestamp: NOW - DAY + ms,
      sec_open_id: `s-${id}`,
      ...more,
    });
    const deliver = (messages: object[], more: object = {}) =>
      send({
        kind: 'douyin-plugin',
        key: own,
        body: JSON.stringify({ roomId: 'r1', messages, ...more }),
        headers: { 'content-type': 'application/json' },
      });
    const first = [
      message('1', 'live_enter_room', 0),
      message('2', 'live_enter_room', 5),
      message('3', 'live_comment', 9, { content: '多少钱' }),
      message('4', 'live_like', 9),
    ];
    expect((await deliver([...first, first[0]])).body).toMatchObject({
      entries: { read: 2, accepted: 2 },
      comments: { read: 1, accepted: 1 },
      duplicates: 1,
      ignored: { live_like: 1 },
      broken: [],
    });
    const again = await deliver([message('2', 'live_enter_room', 7_777), first[2], message('5', 'live_enter_room', 60)]);
    expect(again.body).toMatchObject({ entries: { read: 1, accepted: 1 }, comments: { read: 0 }, duplicates: 2 });
    const rows = await stores.warehouse.query({
      name: 'test.plugin',
      sql: `SELECT entry_id, dwell_seconds, session_id, source FROM entries FINAL WHERE session_id = 'r1' ORDER BY entered_at`,
    });
    expect(rows).toEqual(['1', '2', '5'].map((id) => ({ entry_id: id, dwell_seconds: null, session_id: 'r1', source: 'feed' })));
    expect((await deliver(first, { accountId: 'a1' })).status).toBe(403);
    expect((await send({ kind: 'douyin-plugin', key: own, body: '[]', headers: { 'content-type': 'application/json' } })).status).toBe(400);
    await refused({ key: own, body: lines([entry('q', 1)]) }, 403, 'forbidden');
  });

  it('no secret of a key stands in the state store', async () => {
    const [{ found }] = (await stores.dataSource.query(
      `SELECT count(*)::int AS found FROM ingest_key WHERE encode(sealed_secret, 'escape') LIKE $1 OR ingest_key::text LIKE $1 OR encode(sealed_secret, 'hex') LIKE $2`,
      [`%${key.secret}%`, `%${Buffer.from(key.secret).toString('hex')}%`],
    )) as { found: number }[];
    expect(found).toBe(0);
  });
});
