import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import type { DataSource, EntityManager } from 'typeorm';
import { backUp } from '@app/backup';
import type { Brand } from '@app/contracts';
import {
  ANCHOR_FOLDER,
  IngestKeyRepository,
  StateWriter,
  anchorActs,
  countActs,
  ensureBrand,
  hashOfAct,
  listActs,
  nameAsker,
  recordAct,
  resignAnchors,
  verifyActs,
  verifyAnchoredActs,
  withOrigin,
  type RecordedAct,
} from '@app/database';
import { openTestStores, type TestStores } from '../support/stores';
import { TEST_SEED as SEED } from '../support/seeded';

const TAMPERINGS = process.env.VITRINE_TEST_LONG ? 10_000 : 1_000;
const ACTS = 24;
const OPERATOR = { kind: 'operator' as const, id: 'op', name: '操作员' };
const LI = { kind: 'user' as const, id: 'u-li', name: '李' };

const COLUMNS = [
  ...['at', 'actor_kind', 'actor_id', 'actor_name', 'action', 'subject', 'before', 'after', 'reason'],
  ...['version', 'address', 'request_id', 'session_id', 'previous_hash', 'hash'],
] as const;

/** One way to change what was written, by somebody who rules the store. Each may leave it as it was. */
const tampering = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ how: fc.constant('edit' as const), at: fc.nat(), column: fc.constantFrom(...COLUMNS), salt: fc.nat() }),
  },
  fc.record({ how: fc.constant('copy' as const), at: fc.nat(), from: fc.nat(), column: fc.constantFrom(...COLUMNS) }),
  fc.record({ how: fc.constant('remove' as const), at: fc.nat(), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ how: fc.constant('cut' as const), count: fc.integer({ min: 1, max: ACTS - 1 }), head: fc.boolean() }),
  fc.record({ how: fc.constant('swap' as const), at: fc.nat(), other: fc.nat() }),
  fc.record({ how: fc.constant('reseal' as const), at: fc.nat(), salt: fc.nat() }),
  fc.record({ how: fc.constant('rebuild' as const), at: fc.nat(), salt: fc.nat() }),
  fc.record({ how: fc.constant('foreign' as const), at: fc.nat() }),
  fc.record({ how: fc.constant('head' as const), step: fc.constantFrom(-1, 1), hash: fc.boolean() }),
  fc.record({ how: fc.constant('empty' as const), head: fc.boolean() }),
);
type Tampering = typeof tampering extends fc.Arbitrary<infer How> ? How : never;

describe('the audit log', () => {
  let stores: TestStores;
  let dataSource: DataSource;
  let anchored: { dataSource: DataSource; secret: string; dataDir: string };
  let brands = 0;
  const freshBrand = (): Promise<Brand> => ensureBrand(dataSource, { code: `a${++brands}`, name: 'Brand', zone: 'Asia/Shanghai' });
  const record = (brandId: number, subject: string, more: Partial<RecordedAct> = {}) =>
    dataSource.transaction((tx) =>
      recordAct(tx, { brandId, actor: LI, action: 'test.act', subject, before: { a: 1 }, after: { b: subject }, reason: null, ...more }),
    );

  beforeAll(async () => {
    stores = await openTestStores();
    ({ dataSource } = stores);
    anchored = { dataSource, secret: stores.secret, dataDir: stores.dataDir };
  });
  afterAll(() => stores?.close());

  it(`shows each of ${TAMPERINGS} random tamperings by somebody who rules the store`, async () => {
    const brand = await freshBrand();
    const other = await freshBrand();
    for (let at = 0; at < ACTS; at++) {
      const origin = { address: `203.0.113.${at}`, requestId: `request-${at}`, sessionId: at % 2 ? `session-${at}` : null };
      await withOrigin(origin, () => record(brand.brandId, `subject ${at % 5}`, { reason: at % 3 ? 'why' : null }));
    }
    await record(other.brandId, 'elsewhere');
    await oldRows(dataSource, brand.brandId, 4);
    await anchorActs(anchored, brand);
    const store = new Tamperer(dataSource, brand.brandId, other.brandId);
    await store.remember();
    const kinds = new Map<string, number>();
    let shown = 0;
    for (const how of fc.sample(tampering, { seed: SEED, numRuns: TAMPERINGS * 2 })) {
      if (shown === TAMPERINGS) break;
      if (!(await store.tamper(how))) continue;
      const { faults } = await verifyAnchoredActs(anchored, brand.brandId);
      if (faults.length === 0) throw new Error(`not shown: ${JSON.stringify(how)}`);
      shown++;
      kinds.set(how.how, (kinds.get(how.how) ?? 0) + 1);
      await store.restore();
    }
    expect(shown).toBe(TAMPERINGS);
    expect([...kinds.keys()].sort()).toEqual(['copy', 'cut', 'edit', 'empty', 'foreign', 'head', 'rebuild', 'remove', 'reseal', 'swap']);
    expect((await verifyAnchoredActs(anchored, brand.brandId)).faults).toEqual([]);
    process.stdout.write(`${shown} tamperings shown: ${[...kinds].map(([kind, count]) => `${kind} ${count}`).join(', ')}\n`);
  });

  it('tells where an act came from, and who did it where nobody was named', async () => {
    const { brandId } = await freshBrand();
    const keys = new IngestKeyRepository(dataSource, stores.secret);
    await withOrigin({ address: '198.51.100.7', requestId: 'req-12345678', sessionId: null }, async () => {
      nameAsker(LI, 's-1');
      await keys.create(brandId, { name: 'feed', kinds: [], accounts: [], expiresAt: Date.now() + 1e9 });
    });
    await new StateWriter(dataSource, stores.secret).upsertDealers(brandId, [{ dealerId: 'd1', name: '店', adcode: '440106' }]);
    await new StateWriter(dataSource, stores.secret).upsertDealers(brandId, [{ dealerId: 'd1', name: '店', adcode: '440106' }]);
    const acts = await listActs(dataSource, brandId, { limit: 9 });
    expect(acts.map(({ action, actor, origin }) => [action, actor.id, origin])).toEqual([
      ['dealers.import', 'vitrine', { address: null, requestId: null, sessionId: null }],
      ['ingest-key.create', LI.id, { address: '198.51.100.7', requestId: 'req-12345678', sessionId: 's-1' }],
    ]);
    expect((await verifyActs(dataSource, brandId)).faults).toEqual([]);
  });

  it('an import says what it changed, never a token, a viewer, a name of a person or free text', async () => {
    const { brandId } = await freshBrand();
    const writer = new StateWriter(dataSource, stores.secret, OPERATOR);
    const canary = 'canary-7f3a';
    await writer.upsertGrants(brandId, [
      {
        product: 'douyin-open',
        principalId: 'p',
        accessToken: `${canary}-access`,
        refreshToken: `${canary}-refresh`,
        appSecret: `${canary}-app`,
      },
    ]);
    await writer.upsertAccounts(brandId, [
      { platform: 'douyin', accountId: 'a', name: `${canary}-name`, handle: `${canary}-handle`, ownerKind: 'staff' },
    ]);
    await writer.upsertDeclarations(brandId, [
      { declarationId: 'x', kind: 'staff', from: 0, to: 1, viewer: `${canary}-viewer`, detail: `${canary}-detail` },
    ]);
    await writer.upsertSentinels(brandId, [{ viewer: `${canary}-sentinel` }]);
    const acts = await listActs(dataSource, brandId, { limit: 50 });
    expect(acts.map(({ action }) => action).sort()).toEqual([
      'accounts.import',
      'declarations.import',
      'grants.import',
      'sentinels.import',
    ]);
    expect(JSON.stringify(acts)).not.toContain(canary);
    expect(acts.find(({ action }) => action === 'grants.import')?.after).toEqual([expect.objectContaining({ principalId: 'p' })]);
  });

  it('a large import is one act with the number of its rows and one hash over them', async () => {
    const { brandId } = await freshBrand();
    const rows = Array.from({ length: 400 }, (_, at) => ({
      day: new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10),
      working: true,
    }));
    await new StateWriter(dataSource, stores.secret, OPERATOR).upsertCalendar(brandId, rows);
    const [act] = await listActs(dataSource, brandId, { limit: 1 });
    expect(act).toMatchObject({
      action: 'calendar.import',
      before: null,
      after: { rows: 400, new: 400, contentHash: expect.any(String) as string },
    });
  });

  it('is found by who, what, subject, time and text, page by page', async () => {
    const { brandId } = await freshBrand();
    for (let at = 0; at < 30; at++)
      await record(brandId, `thing/${at % 3}`, {
        actor: at % 2 ? LI : OPERATOR,
        action: at % 5 ? 'close.confirm' : 'closer.look',
        reason: at === 7 ? '100%_of 李' : null,
      });
    const seqs = async (search: object) => (await listActs(dataSource, brandId, { limit: 500, ...search })).map(({ seq }) => seq);
    const all = await listActs(dataSource, brandId, { limit: 500 });
    const by = (keep: (act: RecordedAct) => boolean) => all.filter(keep).map(({ seq }) => seq);
    expect(await seqs({ actor: 'u-li' })).toEqual(by(({ actor }) => actor.id === 'u-li'));
    expect(await seqs({ actor: '操作员' })).toEqual(by(({ actor }) => actor.id === 'op'));
    expect(await seqs({ action: 'close' })).toEqual(by(({ action }) => action === 'close.confirm'));
    expect(await seqs({ action: 'closer.look' })).toEqual(by(({ action }) => action === 'closer.look'));
    expect(await seqs({ subject: 'thing/1' })).toEqual(by(({ subject }) => subject === 'thing/1'));
    expect(await seqs({ text: '100%_OF' })).toEqual([8]);
    expect(await seqs({ text: '%' })).toEqual([8]);
    expect(await seqs({ text: 'THING/2', actor: 'op' })).toEqual(by(({ subject, actor }) => subject === 'thing/2' && actor.id === 'op'));
    const [from, to] = [Date.parse(all[20].at), Date.parse(all[5].at)];
    expect(await seqs({ from, to })).toEqual(by(({ at }) => Date.parse(at) >= from && Date.parse(at) < to));
    expect(await countActs(dataSource, brandId, { action: 'close' })).toBe(24);
    const walked: number[] = [];
    for (let before: number | undefined; ;) {
      const page = await listActs(dataSource, brandId, { limit: 7, beforeSeq: before, action: 'close' });
      walked.push(...page.map(({ seq }) => seq));
      if (page.length < 7) break;
      before = page.at(-1)?.seq;
    }
    expect(walked).toEqual(by(({ action }) => action === 'close.confirm'));
  });

  describe('its anchors', () => {
    const files = (brandId: number) => {
      const folder = path.join(stores.dataDir, ANCHOR_FOLDER, String(brandId));
      return fs
        .readdirSync(folder)
        .sort()
        .map((name) => path.join(folder, name));
    };
    const anchorsOf = async (count: number) => {
      const brand = await freshBrand();
      for (let at = 0; at < count; at++) {
        await record(brand.brandId, `subject ${at}`);
        await anchorActs(anchored, brand);
      }
      return brand;
    };

    it('are one per end, readable by their owner only; where nothing happened since there is no new one', async () => {
      const brand = await freshBrand();
      expect(await anchorActs(anchored, brand)).toBeNull();
      await record(brand.brandId, 'one');
      const first = await anchorActs(anchored, brand);
      expect(await anchorActs(anchored, brand)).toEqual(first);
      await record(brand.brandId, 'two');
      await anchorActs(anchored, brand);
      expect(files(brand.brandId).map((file) => [path.basename(file), fs.statSync(file).mode & 0o777])).toEqual([
        ['000000000001.json', 0o600],
        ['000000000002.json', 0o600],
      ]);
      expect(await verifyAnchoredActs(anchored, brand.brandId)).toMatchObject({
        anchors: 2,
        anchor: { seq: 2 },
        faults: [],
        anchorFaults: [],
      });
    });

    it('a log that does not hold its newest anchor gets no further one', async () => {
      const brand = await anchorsOf(2);
      const store = new Tamperer(dataSource, brand.brandId, brand.brandId);
      await store.remember();
      await store.tamper({ how: 'cut', count: 1, head: true });
      await record(brand.brandId, 'another two');
      await expect(anchorActs(anchored, brand)).rejects.toMatchObject({ code: 'conflict' });
      expect((await verifyAnchoredActs(anchored, brand.brandId)).faults).toEqual([{ seq: 2, kind: 'anchor' }]);
      expect(files(brand.brandId)).toHaveLength(2);
    });

    it('show when one of them is edited, removed from among them, or put under another name', async () => {
      const edited = await anchorsOf(3);
      const [, second] = files(edited.brandId);
      fs.writeFileSync(second, fs.readFileSync(second, 'utf8').replace(/"hash":"./, '"hash":"x'));
      expect((await verifyAnchoredActs(anchored, edited.brandId)).anchorFaults.map(({ kind }) => kind)).toEqual(['signature', 'link']);
      const removed = await anchorsOf(3);
      fs.rmSync(files(removed.brandId)[1]);
      expect((await verifyAnchoredActs(anchored, removed.brandId)).anchorFaults.map(({ kind }) => kind)).toEqual(['link']);
      const moved = await anchorsOf(2);
      fs.renameSync(files(moved.brandId)[1], files(moved.brandId)[1].replace('02.json', '07.json'));
      expect((await verifyAnchoredActs(anchored, moved.brandId)).anchorFaults.map(({ kind }) => kind)).toEqual(['signature']);
    });

    it('an end that a person wrote down shows a cut log, also when all anchors are gone with it', async () => {
      const brand = await anchorsOf(3);
      const { head } = await verifyAnchoredActs(anchored, brand.brandId);
      const store = new Tamperer(dataSource, brand.brandId, brand.brandId);
      await store.remember();
      await store.tamper({ how: 'cut', count: 1, head: true });
      fs.rmSync(path.join(stores.dataDir, ANCHOR_FOLDER, String(brand.brandId)), { recursive: true });
      expect((await verifyAnchoredActs(anchored, brand.brandId)).faults).toEqual([]);
      expect((await verifyAnchoredActs(anchored, brand.brandId, [head!])).faults).toEqual([{ seq: 3, kind: 'anchor' }]);
    });

    it('go into a backup, and under another secret with it; what somebody else signed is not taken along', async () => {
      const brand = await anchorsOf(2);
      const forged = await anchorsOf(1);
      const [file] = files(forged.brandId);
      fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/"signature":"..../, '"signature":"AAAA'));
      const dir = path.join(stores.dataDir, 'saved');
      await backUp(
        { clickhouse: stores.instance.clickhouse, dataSource, secret: stores.secret, dataDir: stores.dataDir },
        { dir, product: 'test', withSecret: false },
      );
      const saved = fs.readdirSync(path.join(dir, 'data', ANCHOR_FOLDER, String(brand.brandId)));
      expect(saved).toEqual(['000000000001.json', '000000000002.json']);
      const next = `${stores.secret} next`;
      const copy = path.join(dir, 'data');
      expect(resignAnchors(copy, { previous: stores.secret, next })).toBeGreaterThanOrEqual(2);
      expect(resignAnchors(copy, { previous: stores.secret, next })).toBe(0);
      const rotated = { dataSource, secret: next, dataDir: copy };
      expect(await verifyAnchoredActs(rotated, brand.brandId)).toMatchObject({ anchors: 2, anchorFaults: [], faults: [] });
      expect((await verifyAnchoredActs(rotated, forged.brandId)).anchorFaults).toHaveLength(1);
    });
  });
});

/** Gives the first rows of a log the form, and the hashes, that they had before version 2. */
async function oldRows(dataSource: DataSource, brandId: number, rows: number): Promise<void> {
  await asRuler(dataSource, async (tx) => {
    await tx.query(
      'UPDATE audit_log SET version = 1, address = NULL, request_id = NULL, session_id = NULL WHERE brand_id = $1 AND seq <= $2',
      [brandId, rows],
    );
    await rebuilt(tx, brandId, 1);
  });
  expect((await verifyActs(dataSource, brandId)).faults).toEqual([]);
}

/** Whoever rules the store switches off what guards it. */
const asRuler = (dataSource: DataSource, work: (tx: EntityManager) => Promise<void>): Promise<void> =>
  dataSource.transaction(async (tx) => {
    await tx.query('SET LOCAL session_replication_role = replica');
    await work(tx);
  });

const ACT_JSON = `jsonb_build_object('brandId', brand_id, 'seq', seq, 'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'actor', jsonb_build_object('kind', actor_kind, 'id', actor_id, 'name', actor_name), 'action', action, 'subject', subject, 'before', before,
  'after', after, 'reason', reason, 'previousHash', previous_hash, 'version', version, 'hash', hash,
  'origin', jsonb_build_object('address', address, 'requestId', request_id, 'sessionId', session_id)) AS act`;

/** Makes all hashes from a row on fit again, the end included, as somebody would who knows how they are made. */
async function rebuilt(tx: EntityManager, brandId: number, from: number): Promise<void> {
  const rows = (await tx.query(`SELECT ${ACT_JSON} FROM audit_log WHERE brand_id = $1 ORDER BY seq`, [brandId])) as { act: RecordedAct }[];
  let previousHash = from === 1 ? '0'.repeat(64) : rows[from - 2].act.hash;
  for (const { act } of rows.slice(from - 1)) {
    const hash = hashOfAct({ ...act, previousHash });
    await tx.query('UPDATE audit_log SET previous_hash = $3, hash = $4 WHERE brand_id = $1 AND seq = $2', [
      brandId,
      act.seq,
      previousHash,
      hash,
    ]);
    previousHash = hash;
  }
  await tx.query('UPDATE audit_head SET hash = $2 WHERE brand_id = $1', [brandId, previousHash]);
}

/** Changes the log of a brand behind its guards, and puts it back. */
class Tamperer {
  private acts = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly brandId: number,
    private readonly other: number,
  ) {}

  async remember(): Promise<void> {
    const { dataSource, brandId } = this;
    await dataSource.query('DROP TABLE IF EXISTS kept_log, kept_head');
    await dataSource.query(`CREATE TABLE kept_log AS SELECT * FROM audit_log WHERE brand_id = ${brandId}`);
    await dataSource.query(`CREATE TABLE kept_head AS SELECT * FROM audit_head WHERE brand_id = ${brandId}`);
    [{ acts: this.acts }] = (await dataSource.query('SELECT count(*)::int AS acts FROM kept_log')) as { acts: number }[];
  }

  restore(): Promise<void> {
    return asRuler(this.dataSource, async (tx) => {
      await tx.query('DELETE FROM audit_log WHERE brand_id = $1 OR (brand_id = $2 AND seq > 1)', [this.brandId, this.other]);
      await tx.query('DELETE FROM audit_head WHERE brand_id = $1', [this.brandId]);
      await tx.query('INSERT INTO audit_log SELECT * FROM kept_log');
      await tx.query('INSERT INTO audit_head SELECT * FROM kept_head');
    });
  }

  /** False: it would have left the log as it was. */
  async tamper(how: Tampering): Promise<boolean> {
    let changed = true;
    await asRuler(this.dataSource, async (tx) => {
      changed = await this.change(tx, how);
    }).catch((error: { driverError?: { code?: string } }) => {
      // what the columns themselves do not take is no tampering
      if (!/^2[23]/.test(error.driverError?.code ?? '')) throw error;
      changed = false;
    });
    return changed;
  }

  private async change(tx: EntityManager, how: Tampering): Promise<boolean> {
    const { brandId } = this;
    const seqOf = (at: number) => 1 + (at % this.acts);
    const update = async (set: string, seq: number, ...more: unknown[]) =>
      ((await tx.query(`UPDATE audit_log SET ${set} WHERE brand_id = $1 AND seq = $2`, [brandId, seq, ...more])) as [unknown, number])[1] >
      0;
    switch (how.how) {
      case 'edit':
        return update(edited(how.column, how.salt), seqOf(how.at));
      case 'copy':
        return update(
          `${how.column} = source.${how.column} FROM (SELECT ${how.column} FROM kept_log WHERE seq = $3) AS source`.replace(
            'WHERE seq = $3',
            'WHERE seq = $3',
          ),
          seqOf(how.at),
          seqOf(how.from),
        ).then(() => this.differs(tx));
      case 'remove':
        await tx.query('DELETE FROM audit_log WHERE brand_id = $1 AND seq BETWEEN $2 AND $3', [
          brandId,
          seqOf(how.at),
          seqOf(how.at) + how.count - 1,
        ]);
        return true;
      case 'cut':
        await tx.query('DELETE FROM audit_log WHERE brand_id = $1 AND seq > $2', [brandId, this.acts - how.count]);
        if (how.head)
          await tx.query(
            'UPDATE audit_head SET (seq, hash) = (SELECT seq, hash FROM audit_log WHERE brand_id = $1 ORDER BY seq DESC LIMIT 1) WHERE brand_id = $1',
            [brandId],
          );
        return true;
      case 'swap':
        if (seqOf(how.at) === seqOf(how.other)) return false;
        await update('seq = 1000000', seqOf(how.at));
        await update('seq = $3', seqOf(how.other), seqOf(how.at));
        return update('seq = $3', 1_000_000, seqOf(how.other));
      case 'reseal':
        await update(edited('reason', how.salt), seqOf(how.at));
        return this.resealed(tx, seqOf(how.at));
      case 'rebuild':
        await update(edited('subject', how.salt), seqOf(how.at));
        await rebuilt(tx, brandId, seqOf(how.at));
        return true;
      case 'foreign':
        await tx.query('UPDATE audit_log SET brand_id = $3, seq = seq + 100 WHERE brand_id = $1 AND seq = $2', [
          brandId,
          seqOf(how.at),
          this.other,
        ]);
        return true;
      case 'head':
        await tx.query(
          how.hash
            ? `UPDATE audit_head SET hash = reverse(hash) WHERE brand_id = $1`
            : `UPDATE audit_head SET seq = seq + ${how.step} WHERE brand_id = $1`,
          [brandId],
        );
        return true;
      case 'empty':
        await tx.query('DELETE FROM audit_log WHERE brand_id = $1', [brandId]);
        if (how.head) await tx.query('DELETE FROM audit_head WHERE brand_id = $1', [brandId]);
        return true;
    }
  }

  /** The hash of one row, made to fit its content. */
  private async resealed(tx: EntityManager, seq: number): Promise<boolean> {
    const [{ act }] = (await tx.query(`SELECT ${ACT_JSON} FROM audit_log WHERE brand_id = $1 AND seq = $2`, [this.brandId, seq])) as {
      act: RecordedAct;
    }[];
    await tx.query('UPDATE audit_log SET hash = $3 WHERE brand_id = $1 AND seq = $2', [this.brandId, seq, hashOfAct(act)]);
    return true;
  }

  private async differs(tx: EntityManager): Promise<boolean> {
    const rows = (await tx.query('SELECT FROM (SELECT * FROM audit_log WHERE brand_id = $1 EXCEPT SELECT * FROM kept_log) AS changed', [
      this.brandId,
    ])) as unknown[];
    return rows.length > 0;
  }
}

/** Another value of a column, whatever stands there. */
function edited(column: (typeof COLUMNS)[number], salt: number): string {
  switch (column) {
    case 'at':
      return `at = at + interval '${1 + (salt % 100_000)} ms'`;
    case 'actor_kind':
      return `actor_kind = CASE actor_kind WHEN 'user' THEN 'operator' ELSE 'user' END`;
    case 'before':
    case 'after':
      return salt % 3 === 0 ? `${column} = NULL` : `${column} = coalesce(${column}, '{}') || '{"salt": ${salt}}'`;
    case 'version':
      return `version = 3 - version`;
    case 'previous_hash':
    case 'hash':
      return `${column} = encode(sha256('${salt}'::bytea), 'hex')`;
    default:
      return salt % 5 === 0 && !['action', 'subject', 'actor_id', 'actor_name'].includes(column)
        ? `${column} = CASE WHEN ${column} IS NULL THEN '' ELSE NULL END`
        : `${column} = coalesce(${column}, '') || '${salt}'`;
  }
}
