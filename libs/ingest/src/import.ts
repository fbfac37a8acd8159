import * as path from 'node:path';
import { Source, VitrineError } from '@app/contracts';
import { brandOf } from './delivery';
import { scanFile } from './file-scan';
import type { ImportRequest, ImportResult, IngestStores } from './import-request';
import { ImportGroup } from './import-group';
import { importBatch, summed } from './import-rows';
import type { BatchResult, BatchSource } from './import-run';
import { accountDefaults, formatOf, kindSource, openRows } from './import-source';
import { readNdjson } from './ndjson-reader';
import { presetOf } from './presets/export-rows';
import { relinkExports } from './presets/relink';
import { scopedRows } from './signed/scoped-rows';

/** The kind under which every known export is taken. */
const EXPORTS = 'exports';

/**
 * Imports files of one kind (contracts.md): streaming, each file one batch. A bad row goes to the rejects file and stops nothing. Throws
 * VitrineError `bad_input` for a kind, file or header that cannot be read at all and when every row of a file is rejected; the files before that one are
 * imported. A rerun, also of an interrupted import, changes no report. Of the kind `exports`, each file tells by its headers which it is.
 */
export async function importFiles(stores: IngestStores, request: ImportRequest): Promise<ImportResult> {
  if (request.kind === EXPORTS) return importExports(stores, request);
  const kind = kindSource(request.kind);
  const files = request.files.map((given) => {
    const { file, account, observedAt } = typeof given === 'string' ? { file: given, account: undefined, observedAt: undefined } : given;
    const options = { ...request, account: account ?? request.account, observedAt: observedAt ?? request.observedAt };
    return { file, options, format: formatOf(file, request.format), defaults: accountDefaults(kind, options.account) };
  });
  const brand = await brandOf(stores.dataSource, request.brandId);
  // what the platform has told since an earlier file would else stand under two ids
  if (kind.preset && kind.preset.identity !== 'column' && !request.dryRun) await relinkExports(stores, { brandId: brand.brandId });
  const direct = { ...stores, spill: undefined }; // a file is still there when the store is back
  const newGroup = () => new ImportGroup(direct, brand, kind, request.dryRun === true);
  const batches: BatchResult[] = [];
  let group = newGroup();
  const closeGroup = async () => {
    batches.push(...(await group.close()));
    const barren = batches.find(({ read, rejects }) => rejects.count === read);
    if (barren) throw nothingRead(barren);
  };
  for (const { file, options, format, defaults } of files) {
    let useful: boolean;
    try {
      const scan = await scanFile(file);
      if (!group.takes(scan.bytes)) {
        await closeGroup();
        group = newGroup();
      }
      const source: BatchSource = {
        fileName: path.basename(file),
        contentHash: [scan.sha256, options.account ?? '', request.source ?? ''].join(' ').trim(),
        totalBytes: scan.bytes,
        spreadsheet: format === 'csv' || format === 'xlsx',
        defaults,
        open: (reading) => openRows({ stores, brand }, kind, { file, format, scan, defaults }, reading),
      };
      useful = await group.read(source, options);
    } catch (error) {
      await group.close().catch(() => undefined); // the first failure is the one to tell
      throw error;
    }
    if (!useful) break;
  }
  await closeGroup();
  return summed(batches);
}

/** Recognises every file before the first is written; then imports them in their order. */
async function importExports(stores: IngestStores, request: ImportRequest): Promise<ImportResult> {
  const runs: { kind: string; files: ImportRequest['files'] }[] = [];
  for (const given of request.files) {
    const file = typeof given === 'string' ? given : given.file;
    const { name } = await presetOf({ file, format: formatOf(file, request.format), scan: await scanFile(file) });
    const last = runs.at(-1);
    if (last?.kind === name) last.files.push(given);
    else runs.push({ kind: name, files: [given] });
  }
  const results: ImportResult[] = [];
  for (const run of runs) results.push(await importFiles(stores, { ...request, ...run }));
  return together(results);
}

function together(results: readonly ImportResult[]): ImportResult {
  const sum = (of: (result: ImportResult) => number | null): number | null =>
    results.reduce<number | null>((total, result) => (total === null || of(result) === null ? null : total + Number(of(result))), 0);
  const rejectsFiles = results.flatMap((result) => result.rejectsFiles);
  return {
    read: sum(({ read }) => read) ?? 0,
    accepted: sum(({ accepted }) => accepted),
    replaced: sum(({ replaced }) => replaced),
    unchanged: sum(({ unchanged }) => unchanged),
    rejected: sum(({ rejected }) => rejected) ?? 0,
    rejectsFile: rejectsFiles[0] ?? null,
    rejectsFiles,
    rejects: results.flatMap(({ rejects }) => rejects).slice(0, 20),
    notes: results.flatMap(({ notes }) => notes),
  };
}

/** A body of NDJSON on disk, of which only rows of the key's accounts (empty: all) are taken. */
interface NdjsonRequest {
  brandId: number;
  kind: string;
  source: Source;
  contentHash: string;
  file: string;
  bytes: number;
  accounts: string[];
}

/** Imports such a body as one batch. No row of use is a result here, not an error. */
export async function importNdjson(stores: IngestStores, request: NdjsonRequest): Promise<ImportResult> {
  const source: BatchSource = {
    fileName: null,
    contentHash: request.contentHash,
    totalBytes: request.bytes,
    spreadsheet: false,
    defaults: {},
    open: (reading) => scopedRows(readNdjson(request.file, request.bytes, reading), request),
  };
  return importBatch(stores, request, source);
}

function nothingRead({ name, read, rejects }: BatchResult): VitrineError {
  if (read === 0)
    return new VitrineError(
      'bad_input',
      { zh: `${name}：文件中没有数据行。`, en: `${name}: the file holds no rows.` },
      {
        remedy: name.toLowerCase().endsWith('.xlsx')
          ? {
              zh: '请在第一张工作表的表头下面填写数据行（其他工作表不读取），保存后重新导入。',
              en: 'Fill in rows below the header of the first sheet (the other sheets are not read), save, and import it again.',
            }
          : { zh: '请在表头下面填写数据行，再重新导入。', en: 'Write the rows below the header line and import it again.' },
      },
    );
  const details = rejects.sample.map(({ line, field, reason, remedy }) => ({
    ...(field ? { field } : {}),
    message: `line ${line}: ${reason.en} ${reason.zh}`,
    remedy: `${remedy.en} ${remedy.zh}`,
  }));
  return new VitrineError(
    'bad_input',
    { zh: `${name}：${read} 行全部被拒绝，没有一行可用。`, en: `${name}: all ${read} rows were rejected; nothing could be read.` },
    { remedy: { zh: `原因见 ${rejects.path ?? ''}`, en: `The reasons are in ${rejects.path ?? ''}` }, details },
  );
}
