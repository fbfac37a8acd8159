// Where suites keep their stores: thousands of small files that nobody wants afterwards. In memory where there is plenty of it, which spares the journal of
// the disk; it is gone with the process that asked for it, and one that a killed process left is removed by the next.
import fs from 'node:fs';

const SHARED = '/dev/shm';
const NAME = /^vitrine-(\d+)-/;

function plenty() {
  const gigabytes = Number(/^MemAvailable: +(\d+)/m.exec(fs.readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0) / 1e6;
  const options = /^\S+ \/dev\/shm \S+ (\S+)/m.exec(fs.readFileSync('/proc/mounts', 'utf8'))?.[1];
  const { bavail, bsize } = fs.statfsSync(SHARED);
  return gigabytes > 14 && (bavail * bsize) / 1e9 > 8 && options !== undefined && !options.split(',').includes('noexec');
}

/** A folder of its own; null where the machine has no room for it. */
export function memoryFolder() {
  try {
    for (const name of fs.readdirSync(SHARED)) {
      const pid = NAME.exec(name)?.[1];
      if (pid !== undefined && !fs.existsSync(`/proc/${pid}`)) fs.rmSync(`${SHARED}/${name}`, { recursive: true, force: true });
    }
    if (!plenty()) return null;
    const folder = fs.mkdtempSync(`${SHARED}/vitrine-${process.pid}-`);
    fs.chmodSync(folder, 0o711); // some tests start servers as another user
    process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    return folder;
  } catch {
    return null; // no Linux
  }
}
