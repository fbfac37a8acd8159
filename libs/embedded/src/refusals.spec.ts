import * as net from 'node:net';
import { VitrineError } from '@app/contracts';
import { assertDiskSpace } from './data-folder';
import { fromFileSystem, saysDiskFull } from './failures';
import { assertSupported } from './instance';
import { assertPortFree, freePort, listenError } from './ports';

const thrownBy = (run: () => unknown): VitrineError => {
  try {
    run();
  } catch (error) {
    if (error instanceof VitrineError) return error;
  }
  throw new Error('nothing was refused');
};
const failure = (code: string) => Object.assign(new Error(code), { code });

describe('the embedded servers refuse with what to do', () => {
  it.each([
    ['win32', 'x64', /WSL.*compose/],
    ['linux', 'riscv64', /compose.*DATABASE_URL/],
    ['freebsd', 'x64', /compose.*DATABASE_URL/],
  ])('%s-%s is not supported', (platform, arch, remedy) => {
    const error = thrownBy(() => assertSupported(platform, arch));
    expect(error.code).toBe('unsupported_platform');
    expect(error.text.en).toContain(`${platform}-${arch}`);
    expect(error.options.remedy?.en).toMatch(remedy);
    expect(error.options.remedy?.zh).toMatch(remedy);
  });

  it('this machine is supported', () => {
    expect(() => assertSupported()).not.toThrow();
  });

  it('a disk with less than 200 MB is refused, with 200 MB taken', () => {
    const disk = (megabytes: number) => () => ({ bavail: megabytes * 256, bsize: 4096 });
    expect(thrownBy(() => assertDiskSpace('/x', disk(199)))).toMatchObject({
      code: 'disk_full',
      text: { en: expect.stringContaining('199 MB') as string },
    });
    expect(() => assertDiskSpace('/x', disk(200))).not.toThrow();
  });

  it('a full disk is recognised wherever it shows; other errors stay what they are', () => {
    expect(fromFileSystem(failure('ENOSPC'), '/x')).toMatchObject({ code: 'disk_full' });
    expect(fromFileSystem(failure('EACCES'), '/x')).toMatchObject({ code: 'store_unavailable' });
    const other = new Error('other');
    expect(fromFileSystem(other, '/x')).toBe(other);
    expect(saysDiskFull('FATAL: could not write lock file "postmaster.pid": No space left on device')).toBe(true);
    expect(saysDiskFull('Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space. (NOT_ENOUGH_SPACE)')).toBe(true);
    expect(saysDiskFull('Address already in use')).toBe(false);
  });

  it('a taken or forbidden port is a conflict that names the port', async () => {
    const server = net.createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    await expect(assertPortFree(port)).rejects.toMatchObject({ code: 'conflict', text: { en: `Port ${port} is taken` } });
    await new Promise((resolve) => server.close(resolve));
    await expect(assertPortFree(port)).resolves.toBeUndefined();
    expect(listenError(failure('EACCES'), 80)).toMatchObject({ code: 'conflict' });
  });
});
