import { createHmac, hkdfSync } from 'node:crypto';
import { ViewerKeys } from './keys';
it('viewer keys are HMAC-SHA256', () => {
  const key = Buffer.from(hkdfSync('sha256', 's', 'vitrine', 'viewer:7:v1', 32));
  const keys = new ViewerKeys('s', 7);
  for (const id of ['a', '观众', 'x'.repeat(900), 'y'.repeat(3000), 'b'])
    expect(keys.keyOf('douyin', id)).toBe(createHmac('sha256', key).update(`douyin\0${id}`).digest().readBigUInt64BE(0));
});
