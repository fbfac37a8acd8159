import type { Bilingual } from './platform';

/**
 * Rows of a long report as they go over the wire: the names of their fields and the texts that they share are said once. An array begins with what it is: 0 and above an object whose
 * fields are those of the shape, `ARRAY` a list, `TEXT` one of the texts. 5,000 rows of a ranking are 3 MB in place of 10.
 */
export interface PackedRows {
  shapes: string[][];
  texts: Bilingual[];
  rows: PackedValue[];
}
export type PackedValue = string | number | boolean | null | PackedValue[];

const ARRAY = -1;
const TEXT = -2;

/** Packs what JSON can say; fields that are undefined are left out, as JSON does, and those of the names in `without`, wherever they stand. */
export function packRows(rows: readonly object[], without: ReadonlySet<string> = new Set()): PackedRows {
  const shapes = new Numbered<string[]>();
  const texts = new Numbered<Bilingual>();
  // reasons are constants of the server: most are the very same object
  const met = new Map<object, PackedValue[]>();
  const pack = (value: unknown): PackedValue => {
    if (typeof value !== 'object' || value === null) return value as PackedValue;
    if (Array.isArray(value)) return [ARRAY, ...value.map((item: unknown) => pack(item === undefined ? null : item))];
    if (isText(value)) {
      const known = met.get(value);
      const packed = known ?? [TEXT, texts.of(`${value.zh}\u0000${value.en}`, () => value)];
      if (!known) met.set(value, packed);
      return packed;
    }
    return packFields(value as Record<string, unknown>);
  };
  const packFields = (value: Record<string, unknown>): PackedValue[] => {
    const packed: PackedValue[] = [0];
    const fields: string[] = [];
    for (const field of Object.keys(value)) {
      const given = value[field];
      if (given === undefined || without.has(field)) continue;
      fields.push(field);
      packed.push(typeof given === 'object' ? pack(given) : (given as PackedValue));
    }
    packed[0] = shapes.of(fields.join('\u0000'), () => fields);
    return packed;
  };
  return { rows: rows.map(pack), shapes: shapes.all, texts: texts.all };
}

const NONE: ReadonlySet<string> = new Set();
const RAW = Symbol('packed');

/**
 * What was packed, from the row `from` on up to `to`; texts are shared, not copied. Fields of rows that are named in `later` are unpacked when somebody looks at them (they are no own fields until
 * then: a copy of such a row by `...` lacks them). Rows of a shape that is not there are a mistake of the sender: RangeError.
 */
export function unpackRows<Row>({ shapes, texts, rows }: PackedRows, from = 0, to = rows.length, later = NONE): Row[] {
  const unpack = (value: PackedValue): unknown => {
    if (!Array.isArray(value)) return value;
    const kind = value[0] as number;
    if (kind === TEXT) return texts[value[1] as number];
    if (kind === ARRAY) return value.slice(1).map(unpack);
    const fields = shapes[kind];
    if (!fields) throw new RangeError('a row of no known shape');
    const found: Record<string, unknown> = {};
    for (let at = 0; at < fields.length; at++) found[fields[at]] = unpack(value[at + 1]);
    return found;
  };
  const lazies = new Map<number, object>();
  const unpackRow = (value: PackedValue): unknown => {
    const fields = Array.isArray(value) ? shapes[value[0] as number] : undefined;
    if (!Array.isArray(value) || !fields?.some((field) => later.has(field))) return unpack(value);
    let kind = lazies.get(value[0] as number);
    if (!kind) lazies.set(value[0] as number, (kind = lookedAtLater(fields, later, unpack)));
    const found = Object.create(kind) as Record<string | symbol, unknown>;
    found[RAW] = value;
    for (let at = 0; at < fields.length; at++) if (!later.has(fields[at])) found[fields[at]] = unpack(value[at + 1]);
    return found;
  };
  return rows.slice(from, to).map((row) => (later.size ? unpackRow(row) : unpack(row)) as Row);
}

/** What rows of a shape have in common: fields that unpack themselves once. */
function lookedAtLater(fields: readonly string[], later: ReadonlySet<string>, unpack: (value: PackedValue) => unknown): object {
  const kind = {};
  for (const [at, field] of fields.entries())
    if (later.has(field))
      Object.defineProperty(kind, field, {
        get(this: Record<symbol, PackedValue[]>) {
          const value = unpack(this[RAW][at + 1]);
          Object.defineProperty(this, field, { value, enumerable: true });
          return value;
        },
      });
  return kind;
}

function isText(value: object): value is Bilingual {
  const { zh, en } = value as Partial<Bilingual>;
  return zh !== undefined && typeof zh === 'string' && typeof en === 'string' && Object.keys(value).length === 2;
}

/** Things by number, in the order in which they are first met. */
class Numbered<Thing> {
  readonly all: Thing[] = [];
  private readonly places = new Map<string, number>();

  of(key: string, thing: () => Thing): number {
    const known = this.places.get(key);
    if (known !== undefined) return known;
    this.places.set(key, this.all.length);
    return this.all.push(thing()) - 1;
  }
}
