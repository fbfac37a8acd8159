import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { FileStore } from './file-store';

/** Files in the data folder, under `files`: a backup keeps all of it. */
export class FolderFiles extends FileStore {
  constructor(private readonly dataDir: string) {
    super();
  }

  /** Whole on disk when it answers. */
  async put(name: string, content: Buffer): Promise<void> {
    const place = this.placeOf(name);
    await fs.mkdir(path.dirname(place), { recursive: true, mode: 0o700 });
    const handle = await fs.open(place, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  get(name: string): Promise<Buffer | null> {
    return fs.readFile(this.placeOf(name)).catch(() => null);
  }

  remove(name: string): Promise<void> {
    return fs.rm(this.placeOf(name), { force: true });
  }

  private placeOf(name: string): string {
    return path.join(this.dataDir, 'files', ...name.split('/'));
  }
}
