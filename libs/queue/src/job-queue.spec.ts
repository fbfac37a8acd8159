import { checkHandlers, JOB_NAMES, parsePayload } from './index';

describe('jobs at the edge', () => {
  it('start-up refuses a job name without handler, with two, and a handler that nobody asked for', () => {
    const all = JOB_NAMES.map((name) => ({ name }));
    expect(() => checkHandlers(all)).not.toThrow();
    expect(() => checkHandlers(all.slice(1))).toThrow('collect-stream: 0');
    expect(() => checkHandlers([...all, { name: 'collect-stream' }])).toThrow('collect-stream: 2');
    expect(() => checkHandlers([...all, { name: 'sweep' }])).toThrow('sweep: ?');
  });

  it('a payload with an unknown product, kind or day is refused by field', () => {
    const good = { brandId: 1, product: 'douyin-open', accountId: '0042', kind: 'sessions', from: '2026-10-01' };
    expect(parsePayload('collect-stream', good)).toMatchObject(good);
    for (const [field, value] of [
      ['product', 'myspace'],
      ['brandId', '1'],
      ['accountId', 42],
      ['accountId', ''],
      ['kind', 'minutes'],
      ['from', '01.10.2026'],
      ['dueAt', '10:00'],
    ] as const)
      expect(() => parsePayload('collect-stream', { ...good, [field]: value })).toThrow(field);
    expect(() => parsePayload('collect-stream', null)).toThrow('payload');
  });
});
