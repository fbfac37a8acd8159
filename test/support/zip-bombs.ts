import { crc32, deflateRawSync } from 'node:zlib';

/** A part of an archive. `claims`: what the directory says of its size, where that is not the truth. */
export interface ZipPart {
  name: string;
  content: Buffer;
  claims?: number;
}

const u16 = (value: number) => Buffer.from([value & 255, value >>> 8]);
const u32 = (value: number) => Buffer.from([value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24]);

/** An archive of these parts. With `alias`, so many further entries of the directory lead to the first part's bytes. */
export function zipped(parts: readonly ZipPart[], alias = 0): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  const entry = (name: Buffer, packed: Buffer, { content, claims }: ZipPart, at: number) => {
    const sizes = Buffer.concat([u32(crc32(content)), u32(packed.length), u32(claims ?? content.length)]);
    const common = Buffer.concat([u16(20), u16(0), u16(8), u32(0), sizes, u16(name.length), u16(0)]);
    directory.push(Buffer.concat([u32(0x02014b50), u16(20), common, u16(0), u16(0), u16(0), u32(0), u32(at), name]));
    return common;
  };
  for (const part of parts) {
    const name = Buffer.from(part.name);
    const packed = deflateRawSync(part.content, { level: 9 });
    const common = entry(name, packed, part, offset);
    locals.push(Buffer.concat([u32(0x04034b50), common, name, packed]));
    if (offset === 0) for (let more = 0; more < alias; more++) entry(Buffer.from(`${part.name}.${more}`), packed, part, 0);
    offset += locals[locals.length - 1].length;
  }
  const index = Buffer.concat(directory);
  const count = u16(directory.length);
  return Buffer.concat([...locals, index, u32(0x06054b50), u16(0), u16(0), count, count, u32(index.length), u32(offset), u16(0)]);
}

const xml = (text: string) => Buffer.from(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>${text}`);
const MAIN =
  'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';
const TYPES = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** A workbook of one sheet, from the XML of its rows; further parts come after. */
export function workbookOf(
  rows: string | Buffer,
  further: ZipPart[] = [],
  { alias = 0, claims }: { alias?: number; claims?: number } = {},
): Buffer {
  const sheet = Buffer.concat([xml(`<worksheet ${MAIN}><sheetData>`), Buffer.from(rows), Buffer.from('</sheetData></worksheet>')]);
  const parts: ZipPart[] = [
    { name: 'xl/worksheets/sheet1.xml', content: sheet, claims },
    { name: '[Content_Types].xml', content: xml('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>') },
    { name: 'xl/workbook.xml', content: xml(`<workbook ${MAIN}><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>`) },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: xml(
        `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${TYPES}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
      ),
    },
  ];
  return zipped([...parts, ...further], alias);
}

export const inline = (text: string): string => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
