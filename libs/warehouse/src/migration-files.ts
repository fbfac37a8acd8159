import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { VitrineError } from '@app/contracts';

/** A numbered file of SQL statements. The checksum ignores how lines end (a checkout on another system is no change). */
export interface MigrationFile {
  number: number;
  name: string;
  checksum: string;
  statements: string[];
}

/** What was applied, as the store remembers it. */
export interface AppliedMigration {
  number: number;
  name: string;
  checksum: string;
}

const NAME = /^(\d{4})_[a-z0-9]+(_[a-z0-9]+)+\.sql$/;

/** An error about one file: what is wrong in both languages, what to do. */
export function migrationError(
  file: string,
  problem: { zh: string; en: string },
  remedy: { zh: string; en: string },
  cause?: unknown,
): VitrineError {
  return new VitrineError(
    'migration',
    { zh: `迁移文件 ${file}：${problem.zh}`, en: `Migration ${file}: ${problem.en}` },
    { remedy, cause },
  );
}

const RENUMBER = {
  zh: '编号必须从 0001 起连续且不重复，名称为 NNNN_动词_表名.sql：请重新编号尚未应用的文件',
  en: 'Numbers run from 0001 without gap or repetition, names read NNNN_<verb>_<table>.sql: renumber the file that is not applied yet',
};
const RESTORE = {
  zh: '已应用的文件不得修改或删除：请恢复原文件（或使用写入该库的版本），改动请另写一个新编号的文件',
  en: 'An applied file is never edited or removed: restore it (or use the version that wrote this store), and put the change into a file with the next number',
};

/** Statements end with `;` at the end of a line. Pieces that hold comments only are left out. */
export function splitStatements(text: string): string[] {
  return text
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement.split('\n').some((line) => line.trim() !== '' && !line.trim().startsWith('--')));
}

/** The folder of the repository's migrations, seen from sources and from dist. */
export function migrationFolder(from: string = __dirname): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'migrations/clickhouse');
    if (fs.existsSync(candidate)) return candidate;
    if (folder === path.dirname(folder))
      throw migrationError(
        'migrations/clickhouse',
        { zh: '找不到该文件夹', en: 'the folder is not found' },
        { zh: '安装不完整：请重新安装或构建', en: 'The installation is incomplete: install or build again' },
      );
  }
}

/** Reads the files in order. Throws `migration` at a wrong name, a gap or a number that appears twice. */
export function readMigrations(dir: string): MigrationFile[] {
  const names = fs
    .readdirSync(dir)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  return names.map((name, index) => {
    const number = Number(NAME.exec(name)?.[1] ?? NaN);
    if (Number.isNaN(number)) throw migrationError(name, { zh: '名称不合规则', en: 'the name does not follow the rule' }, RENUMBER);
    if (number <= index) throw migrationError(name, { zh: '编号重复', en: 'its number appears twice' }, RENUMBER);
    if (number > index + 1) throw migrationError(name, { zh: '编号不连续', en: 'there is a gap before its number' }, RENUMBER);
    const text = fs.readFileSync(path.join(dir, name), 'utf8').replaceAll('\r\n', '\n');
    return { number, name, checksum: createHash('sha256').update(text).digest('hex'), statements: splitStatements(text) };
  });
}

/** What is still to be applied. Throws `migration` when an applied file is changed or missing, or one before the last applied was never applied. */
export function pendingMigrations(files: readonly MigrationFile[], applied: readonly AppliedMigration[]): MigrationFile[] {
  for (const { number, name, checksum } of applied) {
    const file = files.find((candidate) => candidate.number === number);
    if (!file || file.name !== name)
      throw migrationError(name, { zh: '已应用，但文件不存在', en: 'was applied, but the file is missing' }, RESTORE);
    if (file.checksum !== checksum)
      throw migrationError(name, { zh: '已应用，但文件内容已改变', en: 'was applied, but the file has changed since' }, RESTORE);
  }
  const last = Math.max(0, ...applied.map(({ number }) => number));
  const pending = files.filter(({ number }) => !applied.some((done) => done.number === number));
  const late = pending.find(({ number }) => number < last);
  if (late)
    throw migrationError(
      late.name,
      { zh: `未应用，而其后的 ${last} 已应用`, en: `was never applied, though number ${last} after it was` },
      RENUMBER,
    );
  return pending;
}
