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

/** Packs what JSON can say; fields that are undefined are left out, as JSON does. */
export function packRows(rows: readonly object[]): PackedRows {
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
      if (given === undefined) continue;
      fields.push(field);
      packed.push(typeof given === 'object' ? pack(given) : (given as PackedValue));
    }
    packed[0] = shapes.of(fields.join('\u0000'), () => fields);
    return packed;
  };
  return { rows: rows.map(pack), shapes: shapes.all, texts: texts.all };
}

/** What was packed, from the row `from` on up to `to`; texts are shared, not copied. Rows of a shape that is not there are a mistake of the sender: RangeError. */
export function unpackRows<Row>({ shapes, texts, rows }: PackedRows, from = 0, to = rows.length): Row[] {
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
  return rows.slice(from, to).map((row) => unpack(row) as Row);
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
