import { createHmac, hkdfSync } from 'node:crypto';
import { KEY_OVERLAP_MS, ViewerKeys, firstViewerKey } from './keys';

const hmac = (key: Buffer, id: string) => createHmac('sha256', key).update(`douyin\0${id}`).digest().readBigUInt64BE(0);

it('viewer keys are HMAC-SHA256', () => {
  const key = Buffer.from(hkdfSync('sha256', 's', 'vitrine', 'viewer:7:v1', 32));
  const keys = new ViewerKeys('s', 7);
  for (const id of ['a', '观众', 'x'.repeat(900), 'y'.repeat(3000), 'b']) expect(keys.keyOf('douyin', id)).toBe(hmac(key, id));
});

describe('a viewer key that changes', () => {
  const edge = Date.parse('2026-11-30T16:00:00Z');
  const second = Buffer.alloc(32, 7);
  const keys = new ViewerKeys('s', 7, [firstViewerKey('s', 7), { version: 2, key: second, validFrom: edge, overlap: true }]);
  const before = new ViewerKeys('s', 7).keyOf('douyin', 'a')!;

  it('hashes with the key in force at the instant of the entry, to the millisecond', () => {
    expect(keys.keyOf('douyin', 'a', edge - 1)).toBe(before);
    expect(keys.keyOf('douyin', 'a', edge)).toBe(hmac(second, 'a'));
    expect(keys.changes).toEqual([edge]);
  });

  it('entries of the 31 days before carry the next key, no others', () => {
    expect(keys.nextKeyOf('douyin', 'a', edge - KEY_OVERLAP_MS - 1)).toBe(0n);
    expect(keys.nextKeyOf('douyin', 'a', edge - KEY_OVERLAP_MS)).toBe(hmac(second, 'a'));
    expect(keys.nextKeyOf('douyin', 'a', edge - 1)).toBe(hmac(second, 'a'));
    expect(keys.nextKeyOf('douyin', 'a', edge)).toBe(0n);
    expect(keys.nextKeyOf('douyin', ' ', edge - 1)).toBe(0n);
  });

  it('an exported viewer is of the version in force, and taken as it is', () => {
    const first = keys.exported(before, edge - 1);
    const later = keys.exported(hmac(second, 'a'), edge);
    expect([first.slice(0, 4), later.slice(0, 4)]).toEqual(['vk1:', 'vk2:']);
    expect(keys.keyOf('douyin', first, edge - 1)).toBe(before);
    expect(keys.keyOf('douyin', first, edge)).toBeNull();
    expect(keys.keyOf('douyin', later, edge - 1)).toBeNull();
    expect(keys.keyOf('douyin', 'vk3:0000000000000001', edge)).toBeNull();
    const carried = keys.exportedNext(hmac(second, 'a'), edge - 1);
    expect(carried).toBe(later);
    expect(keys.importedNextKey(carried, edge - 1)).toBe(hmac(second, 'a'));
    expect(keys.importedNextKey(carried, edge)).toBeNull();
    expect(keys.importedNextKey(first, edge - 1)).toBeNull();
  });

  it('what holds for ever is known under every key', () => {
    expect(keys.everyKeyOf('douyin', 'a')).toEqual([before, hmac(second, 'a')]);
    expect(keys.everyKeyOf('douyin', keys.exported(before))).toEqual([before]);
    expect(keys.everyKeyOf('douyin', 'vk9:0000000000000001')).toBeNull();
  });

  it('without overlap nothing is carried', () => {
    const cut = new ViewerKeys('s', 7, [firstViewerKey('s', 7), { version: 2, key: second, validFrom: edge, overlap: false }]);
    expect(cut.nextKeyOf('douyin', 'a', edge - 1)).toBe(0n);
    expect(cut.changes).toEqual([]);
  });
});
