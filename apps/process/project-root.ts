import * as fs from 'node:fs';
import * as path from 'node:path';

/** Folder of package.json: the same from source and from the build. */
export function projectRoot(): string {
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, 'nest-cli.json'))) return folder;
    if (folder === path.dirname(folder)) throw new Error('the folder of the installation was not found');
  }
}
