import { fileTypeOf } from './file-type';

/** The smallest ZIP whose central directory names these parts. */
function zipOf(names: readonly string[]): Buffer {
  const entries = names.map((name) => {
    const head = Buffer.alloc(46);
    head.writeUInt32LE(0x02014b50, 0);
    head.writeUInt16LE(Buffer.byteLength(name), 28);
    return Buffer.concat([head, Buffer.from(name)]);
  });
  const start = Buffer.from([0x50, 0x4b, 0x03, 0x04, 0, 0, 0, 0]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(start.length, 16);
  return Buffer.concat([start, ...entries, end]);
}
const PARTS = '[Content_Types].xml';

describe('what is in a file', () => {
  it('is told by its bytes, never by its name', () => {
    expect(fileTypeOf(Buffer.from('%PDF-1.7 …'))).toBe('application/pdf');
    expect(fileTypeOf(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]))).toBe('image/png');
    expect(fileTypeOf(Buffer.from([0xff, 0xd8, 0xff, 0xe0]))).toBe('image/jpeg');
    expect(fileTypeOf(zipOf([PARTS, 'xl/workbook.xml']))).toMatch(/spreadsheetml/);
    expect(fileTypeOf(zipOf([PARTS, 'word/document.xml']))).toMatch(/wordprocessingml/);
    expect(fileTypeOf(Buffer.from('日期,进房人数\n2026-10-01,12\n'))).toBe('text/plain');
    expect(fileTypeOf(Buffer.from([0xc8, 0xd5, 0xc6, 0xda, 0x2c, 0x31]))).toBe('text/plain');
  });

  it('takes no program, page, archive, macro, or nothing at all', () => {
    const refused = [
      Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]),
      Buffer.from('MZ\u0000\u0003'),
      Buffer.from('<html><script>alert(1)</script></html>'),
      Buffer.from('\uFEFF  <?xml version="1.0"?><svg onload="x"/>'),
      Buffer.from('#!/bin/sh\nrm -rf /'),
      zipOf(['a.exe']),
      zipOf([PARTS, 'xl/workbook.xml', 'xl/vbaProject.bin']),
      zipOf([PARTS, 'ppt/presentation.xml']),
      Buffer.from([0x50, 0x4b, 0x03, 0x04, 0, 0]),
      Buffer.from([0x50, 0x4b, 0x03, 0x04, ...Buffer.alloc(40)]),
      Buffer.alloc(0),
      Buffer.from([0xff, 0xff, 0x00]),
    ];
    expect(refused.map(fileTypeOf)).toEqual(refused.map(() => null));
  });

  it('a directory that points outside of the file is no workbook', () => {
    const broken = zipOf([PARTS, 'xl/workbook.xml']);
    broken.writeUInt32LE(0xffffff00, broken.length - 6);
    expect(fileTypeOf(broken)).toBeNull();
  });
});
