import * as fs from 'node:fs';
import * as os from 'node:os';

const GB = 1e9;
/** Landing log, facts, roll-ups, and the copies that merges make; peers hold the rows twice more, files included. */
const BYTES_PER_ROW = 130;
const PEER_BYTES_PER_ROW = 400;
const LEAST_MEMORY = 4 * GB;

/** The machine and how busy it was, for the reader of the figures. */
export function machineLine(): string {
  const [one, five] = os.loadavg();
  return `${os.cpus().length} × ${os.cpus()[0]?.model.trim() ?? 'CPU'}, ${gb(os.totalmem())} GB (${gb(os.freemem())} free), load ${one.toFixed(1)} / ${five.toFixed(1)}, Node ${process.version}, ${os.platform()} ${os.release()}`;
}

const gb = (bytes: number) => (bytes / GB).toFixed(1);

/** What stands against this run, found before anything is made: too little disk or memory. */
export function obstacle(folder: string, rows: number, peers: boolean): string | null {
  const { bavail, bsize } = fs.statfsSync(folder);
  const free = bavail * bsize;
  const needed = rows * (BYTES_PER_ROW + (peers ? PEER_BYTES_PER_ROW : 0));
  if (free < needed) return `${folder} has ${gb(free)} GB free; ${rows} rows need about ${gb(needed)} GB (--data DIR chooses another disk)`;
  const memory = process.constrainedMemory() || os.totalmem();
  if (Math.min(memory, os.totalmem()) < LEAST_MEMORY)
    return `this machine grants ${gb(memory)} GB of memory; the benchmark needs ${gb(LEAST_MEMORY)} GB`;
  return null;
}
