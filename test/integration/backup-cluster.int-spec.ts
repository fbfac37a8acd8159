import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { restore } from '@app/backup';
import { OpenStores, exportsOf, openData, reportsOf, restoreTo, saveTo } from '../support/backup-stores';
import { prepareBrand } from '../support/cli-brand';
import { TestShards, openTestShards } from '../support/shards';

jest.setTimeout(900_000);

describe('backup and restore between one server and two shards', () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-backup-cluster-'));
  const folder = (name: string) => path.join(root, name);
  let shards: TestShards;

  beforeAll(async () => {
    shards = await openTestShards();
  });
  afterAll(async () => {
    await shards.close();
    fs.rmSync(root, { recursive: true, force: true });
  });

  it('the same backup goes onto shards, also after an interruption, and from there back onto one server: equal reports and exports', async () => {
    await prepareBrand(folder('single'));
    const single = await openData(folder('single'));
    const asked = await (async () => {
      try {
        await saveTo(single, folder('from-single'));
        return { reports: await reportsOf(single), exports: await exportsOf(single) };
      } finally {
        await single.close();
      }
    })();
    const { clickhouse, postgres } = shards.instance;
    const ontoShards = (onProgress?: () => void) =>
      restore({
        dir: folder('from-single'),
        secret: null,
        withoutSecret: false,
        onProgress: ({ step }) => step === 'load' && onProgress?.(),
        open: () =>
          Promise.resolve({
            target: { clickhouse, postgres, dataDir: null, nodes: shards.shards.map(({ address }) => address) },
            close: () => Promise.resolve(),
          }),
      });
    let signs = 0;
    await expect(
      ontoShards(() => {
        if (++signs === 5) throw new Error('interrupted');
      }),
    ).rejects.toThrow('interrupted');
    await ontoShards();
    const spread = await Promise.all(
      shards.shards.map(async ({ address }) => {
        const url = `${address.url}/?database=vitrine&query=${encodeURIComponent('SELECT count() > 0 FROM sessions_local')}`;
        return (await fetch(url, { headers: { 'X-ClickHouse-User': address.username, 'X-ClickHouse-Key': address.password } })).text();
      }),
    );
    expect(spread).toEqual(['1\n', '1\n']);

    const secret = fs.readFileSync(path.join(folder('from-single'), 'secret'), 'utf8');
    const onShards: OpenStores = { ...single, ...shards, secret, dataDir: folder('single') };
    expect(await exportsOf(onShards)).toEqual(asked.exports);

    await saveTo(onShards, folder('from-shards'));
    await restoreTo(folder('from-shards'), folder('again'));
    const again = await openData(folder('again'));
    try {
      expect(await reportsOf(again)).toEqual(asked.reports);
      expect(await exportsOf(again)).toEqual(asked.exports);
    } finally {
      await again.close();
    }
  });

  it('a shard that is away ends the backup with an error, never with a smaller one', async () => {
    await shards.shards[1].kill();
    try {
      const secret = 'x'.repeat(40);
      const onShards = { ...shards, secret, clock: { now: () => 0 } } as OpenStores;
      await expect(saveTo(onShards, folder('lost'))).rejects.toMatchObject({ name: 'VitrineError' });
      expect(fs.existsSync(folder('lost'))).toBe(false);
    } finally {
      await shards.shards[1].restart();
    }
  });
});
