/** Types that a file of an appeal may have, told by what is in it, never by its name. */
export type FileType =
  | 'application/pdf'
  | 'image/png'
  | 'image/jpeg'
  | 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  | 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
  | 'text/plain';

const startsWith = (bytes: Buffer, mark: readonly number[]): boolean => mark.every((byte, at) => bytes[at] === byte);
const PDF = [...Buffer.from('%PDF-')];
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const JPEG = [0xff, 0xd8, 0xff];
const ZIP = [0x50, 0x4b, 0x03, 0x04];

/** What the bytes are; null: of no type that is allowed. Programs, archives, HTML and macros are none. */
export function fileTypeOf(bytes: Buffer): FileType | null {
  if (startsWith(bytes, PDF)) return 'application/pdf';
  if (startsWith(bytes, PNG)) return 'image/png';
  if (startsWith(bytes, JPEG)) return 'image/jpeg';
  if (startsWith(bytes, ZIP)) return officeType(bytes);
  return isText(bytes) ? 'text/plain' : null;
}

/** A workbook or document of the Open XML kinds, by the names of its parts; one with macros is none. */
function officeType(bytes: Buffer): FileType | null {
  const names = namesIn(bytes);
  if (names === null || !names.includes('[Content_Types].xml') || names.some((name) => /vbaProject|\.(bin|exe|js|vbs|dll)$/i.test(name)))
    return null;
  if (names.some((name) => name.startsWith('xl/'))) return 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  return names.some((name) => name.startsWith('word/')) ? 'application/vnd.openxmlformats-officedocument.wordprocessingml.document' : null;
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;

/** Names in the central directory of a ZIP; null: there is none that can be read. */
function namesIn(bytes: Buffer): string[] | null {
  for (let at = bytes.length - 22; at >= 0 && at >= bytes.length - 65_557; at--) {
    if (bytes.readUInt32LE(at) !== END) continue;
    const names: string[] = [];
    let place = bytes.readUInt32LE(at + 16);
    for (let left = bytes.readUInt16LE(at + 10); left > 0; left--) {
      if (place + 46 > bytes.length || bytes.readUInt32LE(place) !== ENTRY) return null;
      const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(place + offset));
      names.push(bytes.toString('utf8', place + 46, place + 46 + name));
      place += 46 + name + extra + comment;
    }
    return names;
  }
  return null;
}

/** Text (UTF-8, or GB 18030 as Chinese spreadsheets write CSV) without control characters, that is no page and no program. */
function isText(bytes: Buffer): boolean {
  if (bytes.length === 0) return false;
  const text = decoded(bytes, 'utf-8') ?? decoded(bytes, 'gb18030');
  // eslint-disable-next-line no-control-regex
  if (text === null || /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text)) return false;
  return !/^\uFEFF?\s*(?:<|#!)/.test(text);
}

function decoded(bytes: Buffer, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
