import * as fs from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';

const IMPORTED = /(?:import|from)\s*["']\.\/([\w.-]+\.js)["']/g;
const CHARTS = /^echarts-/;

export interface PageScript {
  name: string;
  /** gzip bytes of the scripts that this page alone needs beside the frame's, without the library of charts. */
  bytes: number;
  charts: boolean;
}

/** The built scripts of each lazy page: what it loads by itself and through static imports, beyond what the frame has loaded. */
export function pageScripts(dist: string): { pages: PageScript[]; chartBytes: number } {
  const folder = path.join(dist, 'assets');
  const entry = /assets\/(index-[\w-]+\.js)/.exec(fs.readFileSync(path.join(dist, 'index.html'), 'utf8'))?.[1];
  if (!entry) throw new Error(`${dist}/index.html names no script: npm run -s build:web`);
  const text = (file: string) => fs.readFileSync(path.join(folder, file), 'utf8');
  const reached = (from: string, known = new Set<string>()): Set<string> => {
    if (known.has(from)) return known;
    known.add(from);
    for (const [, file] of text(from).matchAll(IMPORTED)) reached(file, known);
    return known;
  };
  const frame = reached(entry);
  const size = (file: string) => gzipSync(fs.readFileSync(path.join(folder, file)), { level: 6 }).length;
  const files = fs.readdirSync(folder).filter((file) => file.endsWith('.js'));
  const pages = files
    .filter((file) => /Page-/.test(file))
    .map((file): PageScript => {
      const own = [...reached(file)].filter((one) => !frame.has(one));
      const bytes = own.filter((one) => !CHARTS.test(one)).reduce((sum, one) => sum + size(one), 0);
      return { name: file.replace(/-[\w-]{8}\.js$/, ''), bytes, charts: own.some((one) => CHARTS.test(one)) };
    })
    .sort((a, b) => b.bytes - a.bytes);
  return { pages, chartBytes: files.filter((file) => CHARTS.test(file)).reduce((sum, file) => sum + size(file), 0) };
}
