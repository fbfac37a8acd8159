import { statSync } from 'node:fs';
import { PLATFORMS, VALUE_LINES, type Bilingual, type Platform, type ValueLine } from '@app/contracts';
import type { Removed } from '@app/database';
import { type ViewerKeys, textKey } from '@app/warehouse';
import { fieldParser, type FieldParser } from './field-parsers';
import { parseDay } from './instants';
import { readNdjson } from './ndjson-reader';
import { PROBLEMS, Rejected } from './problems';

/**
 * A row of a file of exclusions: what one case removes, or why it cannot be taken; never the value of a viewer. `caseId` null: the row does not tell its case.
 */
export type ExclusionRow = { line: number } & (
  { caseId: string; removed: Removed } | { caseId: string | null; field: string | null; reason: Bilingual; remedy: Bilingual }
);

const FIELDS = {
  caseId: { type: 'id' },
  platform: { type: 'enum', values: [...PLATFORMS] },
  accountId: { type: 'id' },
  viewer: { type: 'viewer' },
  enteredAt: { type: 'instant' },
  entryId: { type: 'id' },
  sessionId: { type: 'id' },
  videoId: { type: 'id' },
  line: { type: 'enum', values: [...VALUE_LINES] },
  units: { type: 'count' },
} as const;
type Name = keyof typeof FIELDS;

class Unfit extends Error {
  constructor(
    readonly field: string | null,
    readonly problem: { reason: Bilingual; remedy: Bilingual },
  ) {
    super(problem.reason.en);
  }
}

const WHICH = {
  reason: {
    zh: '应给出 viewer 与 enteredAt（进房），或 sessionId、videoId 之一与 line、day、units（数量），二者只取其一。',
    en: 'Give viewer and enteredAt (an entry), or one of sessionId and videoId with line, day and units; not both.',
  },
  remedy: { zh: '补全或删去多余的字段。', en: 'Complete the row, or take out what is too much.' },
};
const NO_UNITS = {
  reason: { zh: 'units 为 0，没有可剔除的内容。', en: 'units is 0: nothing is removed.' },
  remedy: { zh: '填写正整数，或删去该行。', en: 'Give a positive whole number, or take the row out.' },
};
const NO_KEY = {
  reason: { zh: '该导出标识不是本品牌此时所用密钥的。', en: 'The exported viewer is not of the key that the brand used at that time.' },
  remedy: { zh: '请使用本品牌同一时期导出的标识。', en: 'Use a viewer that this brand exported of that time.' },
};

/** Reads a file of exclusions (NDJSON): `caseId`, `platform`, `accountId` and either `viewer`, `enteredAt`, [`entryId`], or `sessionId` | `videoId`, `line`, `day`, `units`. */
export async function* readExclusions(file: string, keys: ViewerKeys, now: () => number): AsyncGenerator<ExclusionRow> {
  const context = { spreadsheet: false, localZone: null, onLocal: () => undefined, now };
  const parsers = Object.fromEntries(
    Object.entries(FIELDS).map(([name, field]) => [
      name,
      fieldParser({ name, label: { zh: name, en: name }, required: true, example: '', ...field }, context),
    ]),
  ) as Record<Name, FieldParser>;
  for await (const rows of readNdjson(file, statSync(file).size, { onBytes: () => undefined, note: () => undefined }))
    for (const { line, values, problem } of rows) {
      if (problem) yield { line, caseId: null, field: null, ...problem };
      else yield { line, ...rowOf(values, parsers, keys) };
    }
}

type Parsed = { caseId: string; removed: Removed } | { caseId: string | null; field: string | null; reason: Bilingual; remedy: Bilingual };

function rowOf(values: Record<string, unknown>, parsers: Record<Name, FieldParser>, keys: ViewerKeys): Parsed {
  const row = new Row(values, parsers);
  try {
    return row.removed(keys);
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    return { caseId: row.caseId, field: error.field, reason: error.problem.reason, remedy: error.problem.remedy };
  }
}

class Row {
  /** Null until it is read. */
  caseId: string | null = null;

  constructor(
    private readonly values: Record<string, unknown>,
    private readonly parsers: Record<Name, FieldParser>,
  ) {}

  removed(keys: ViewerKeys): { caseId: string; removed: Removed } {
    const caseId = this.text('caseId');
    this.caseId = caseId;
    const account = { platform: this.text('platform') as Platform, accountId: this.text('accountId') };
    const targets = (['sessionId', 'videoId'] as const).filter((name) => this.given(name));
    if (this.given('enteredAt') || this.given('viewer')) {
      if (targets.length > 0 || this.given('line')) throw new Unfit(null, WHICH);
      return { caseId, removed: { ...account, ...this.entry(account.platform, keys) } };
    }
    if (targets.length !== 1) throw new Unfit(null, WHICH);
    return { caseId, removed: { ...account, ...this.units(targets[0]) } };
  }

  private entry(platform: Platform, keys: ViewerKeys) {
    const enteredAt = this.read('enteredAt') as number;
    const viewerKey = keys.keyOf(platform, this.given('viewer') ? this.text('viewer') : '', enteredAt);
    if (viewerKey === null) throw new Unfit('viewer', NO_KEY);
    return { viewerKey, enteredAt, entryKey: viewerKey === 0n && this.given('entryId') ? textKey(this.text('entryId')) : 0n };
  }

  private units(name: 'sessionId' | 'videoId') {
    const day = parseDay(this.values.day, false);
    if (typeof day !== 'string') throw new Unfit('day', this.given('day') ? day.problem : PROBLEMS.missing);
    const units = this.read('units') as number;
    if (units === 0) throw new Unfit('units', NO_UNITS);
    const origin = name === 'sessionId' ? ('session' as const) : ('video' as const);
    return { origin, target: this.text(name), line: this.text('line') as ValueLine, day, units };
  }

  private given(name: string): boolean {
    const value = this.values[name];
    return value !== undefined && value !== null && value !== '';
  }

  private text(name: Name): string {
    return String(this.read(name));
  }

  private read(name: Name): unknown {
    if (!this.given(name)) throw new Unfit(name, PROBLEMS.missing);
    const value = this.parsers[name](this.values[name]);
    if (value instanceof Rejected) throw new Unfit(name, value.problem);
    return value;
  }
}
