import { checkHandlers, JOB_NAMES, parsePayload } from './index';

describe('jobs at the edge', () => {
  it('start-up refuses a job name without handler, with two, and a handler that nobody asked for', () => {
    const all = JOB_NAMES.map((name) => ({ name }));
    expect(() => checkHandlers(all)).not.toThrow();
    expect(() => checkHandlers(all.slice(1))).toThrow('collect: 0');
    expect(() => checkHandlers([...all, { name: 'collect' }])).toThrow('collect: 2');
    expect(() => checkHandlers([...all, { name: 'sweep' }])).toThrow('sweep: ?');
  });

  it('a payload with an unknown platform, kind or day is refused by field', () => {
    const good = { brandId: 1, platform: 'douyin', accounts: ['0042'], kinds: ['sessions'], from: '2026-10-01' };
    expect(parsePayload('collect', good)).toMatchObject(good);
    for (const [field, value] of [
      ['platform', 'myspace'],
      ['brandId', '1'],
      ['accounts', [42]],
      ['kinds', ['minutes']],
      ['from', '01.10.2026'],
    ] as const)
      expect(() => parsePayload('collect', { ...good, [field]: value })).toThrow(field);
    expect(() => parsePayload('collect', null)).toThrow('payload');
  });
});
