import * as fs from 'node:fs';
import * as path from 'node:path';
import { Readable } from 'node:stream';
import { VitrineError, type Actor, type Upload } from '@app/contracts';
import { ensureBrand, listActs, StateReader } from '@app/database';
import { UploadJobs, type UploadAsker } from '@app/ingest';
import { until } from '../support/cli';
import { TestStores, openTestStores } from '../support/stores';

const actor: Actor = { kind: 'user', id: 'u1', name: '李运营' };
const asker: UploadAsker = { scope: 'all', owner: 'u1', actor, brand: 'brand' };
const DEALERS = '经销商编码,经销商名称,行政区划代码,备注\nD01,杭州一店,330100,x\nD02,南京一店,320100,y\nD03,无此地,999999,z\n';

describe('files that people bring', () => {
  let stores: TestStores;
  let jobs: UploadJobs;
  let brandId: number;

  beforeAll(async () => {
    stores = await openTestStores();
    ({ brandId } = await ensureBrand(stores.dataSource, { code: 'brand', name: '启明汽车', zone: 'Asia/Shanghai' }));
    jobs = new UploadJobs(stores);
  });
  afterAll(async () => {
    await jobs.close();
    await stores.close();
  });

  const bring = (text: string, given: Partial<{ kind: string; name: string }> = {}, by = asker) =>
    jobs.receive({ kind: 'dealers', name: '经销商.csv', body: Readable.from([Buffer.from(text)]), ...given }, by);
  const ended = (upload: Upload) =>
    until('the end of the work', () => {
      const now = jobs.find(upload.uploadId, asker);
      return now.state === 'checking' || now.state === 'importing' ? undefined : now;
    });
  const placements = async () =>
    (await new StateReader(stores.dataSource, stores.secret).state(brandId)).placements.map(({ name }) => name);
  const incoming = () => fs.readdirSync(path.join(stores.dataDir, 'incoming'));
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'none',
      (error: unknown) => (error instanceof VitrineError ? error.code : String(error)),
    );

  it('a file is looked at and checked, and nothing is written until its owner says so; then it is theirs in the audit log', async () => {
    const checked = await ended(await bring(DEALERS));
    expect(checked).toMatchObject({ state: 'checked', recognised: { name: 'dealers' }, check: { read: 3, accepted: null, rejected: 1 } });
    expect(checked.columns.map(({ header, field }) => [header, field])).toEqual([
      ['经销商编码', 'dealerId'],
      ['经销商名称', 'name'],
      ['行政区划代码', 'adcode'],
      ['备注', null],
    ]);
    expect(await placements()).toEqual([]);
  });

  it('what was checked is imported once, its rejects are kept with line and reason, and the file is gone', async () => {
    const checked = await ended(await bring(DEALERS));
    expect(checked.check).toMatchObject({ read: 3, rejected: 1, rejects: [expect.objectContaining({ line: 4, field: 'adcode' })] });
    expect(await placements()).toEqual([]);
    await jobs.run(checked.uploadId, asker);
    expect(await codeOf(jobs.run(checked.uploadId, asker))).toBe('conflict');
    const done = await ended(checked);
    expect(done).toMatchObject({ state: 'done', result: { read: 3, accepted: 2, rejected: 1 } });
    expect((await placements()).sort()).toEqual(['南京一店', '杭州一店']);
    const [rejects] = jobs.rejectFiles(done.uploadId, asker);
    expect(fs.readFileSync(rejects, 'utf8')).not.toContain('无此地');
    expect(incoming().some((name) => name.startsWith(done.uploadId))).toBe(false);
    const acts = await listActs(stores.dataSource, brandId, { action: 'import.file', limit: 10 });
    expect(acts).toMatchObject([{ actor: { name: '李运营' }, subject: 'dealers', after: { file: '经销商.csv', rows: 3 } }]);
  });

  it('an upload is its owner’s alone, and of whoever sees the whole brand', async () => {
    const upload = await ended(await bring(DEALERS));
    const other = { ...asker, owner: 'u2' };
    expect(() => jobs.find(upload.uploadId, other)).toThrow(VitrineError);
    expect(await codeOf(jobs.run(upload.uploadId, other))).toBe('not_found');
    expect(jobs.list(other)).toEqual([]);
    expect(await codeOf(bring(DEALERS, {}, { ...asker, scope: new Set<string>() }))).toBe('forbidden');
    await jobs.drop(upload.uploadId, asker);
    expect(await codeOf(jobs.run(upload.uploadId, asker))).toBe('not_found');
    expect(incoming().some((name) => name.startsWith(upload.uploadId))).toBe(false);
  });

  it.each([
    ['rate-cards', '刊例价.csv', 'bad_input'],
    ['policies', '策略.csv', 'bad_input'],
    ['sentinels', 'ids.csv', 'bad_input'],
    ['nothing', 'a.csv', 'bad_input'],
    ['dealers', '程序.exe', 'bad_input'],
  ])('what needs a second person, or is none, is refused before a byte is read: %s %s', async (kind, name, code) => {
    const before = incoming();
    expect(await codeOf(bring('x', { kind, name }))).toBe(code);
    expect(incoming()).toEqual(before);
  });

  it('a file of the wrong kind says so, without the path that it lies at; its name goes nowhere else', async () => {
    const failed = await ended(await bring('no workbook', { name: '../../etc/门店.xlsx' }));
    expect(failed).toMatchObject({ state: 'failed', name: '门店.xlsx' });
    expect(JSON.stringify(failed)).not.toMatch(/incoming|\/tmp|rejects\//);
    expect(JSON.stringify(failed.error)).not.toContain(failed.uploadId);
    expect(incoming().some((name) => name.startsWith(failed.uploadId))).toBe(false);
  });

  it('a file beyond the limit is refused, and nothing of it stays', async () => {
    const before = incoming();
    const endless = Readable.from(
      (function* () {
        for (let at = 0; at < 70; at++) yield Buffer.alloc(1 << 20, 'a,');
      })(),
    );
    expect(await codeOf(jobs.receive({ kind: 'dealers', name: 'big.csv', body: endless }, asker))).toBe('too_large');
    expect(incoming()).toEqual(before);
  });
});
