import { namesBeside } from './figures/viewer-rows';

describe('keys that a viewer lies under in the log', () => {
  it('are followed over every change of the key inside a span, in both directions', () => {
    const linked = [
      { own: 'v1', next: 'v2' },
      { own: 'v2', next: 'v3' },
    ];
    const once = namesBeside(new Map([['v3', ['v3']]]), linked);
    expect(once.get('v2')).toEqual(['v3']);
    expect(once.get('v1') ?? []).toEqual([]);
    const twice = namesBeside(once, linked);
    expect([twice.get('v1'), twice.get('v2'), twice.get('v3')]).toEqual([['v3'], ['v3'], ['v3']]);
    expect(namesBeside(namesBeside(new Map([['v1', ['v1']]]), linked), linked).get('v3')).toEqual(['v1']);
  });

  it('of two viewers that share a key both are told', () => {
    const names = new Map([
      ['a', ['a']],
      ['b', ['b']],
    ]);
    expect(
      namesBeside(names, [
        { own: 'x', next: 'a' },
        { own: 'x', next: 'b' },
      ]).get('x'),
    ).toEqual(['a', 'b']);
  });
});
