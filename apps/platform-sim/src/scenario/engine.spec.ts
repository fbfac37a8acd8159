import fc from 'fast-check';
import { createWorld } from '../world/world';
import { parseSettings, SCENARIO_NAMES } from './catalogue';
import { ScenarioEngine } from './engine';

const world = createWorld({ seed: 7, endMonth: '2026-10' });
const account = world.of('douyin')[0]!;
const where = { server: 'douyin', account: account.index, path: '/x' };

describe('the scenario engine', () => {
  it('never strikes one request more than three times in a row, however many scenarios are on', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom('busy', 'reset', 'cut-body', 'half-json', 'html-page'), { minLength: 1 }), (names) => {
        const engine = new ScenarioEngine(world, () => 0);
        engine.set(names.map((name) => ({ name, rate: 1 })));
        let inARow = 0;
        for (let k = 0; k < 50; k++) {
          engine.begin('douyin', 'someone', '/x');
          const hurt = names.some((name) => engine.strikes(name as 'busy', where) !== null);
          engine.finish(hurt);
          inARow = hurt ? inARow + 1 : 0;
          expect(inARow).toBeLessThanOrEqual(3);
        }
      }),
      { seed: 20261122, numRuns: 50 },
    );
  });

  it('holds for its servers, accounts and span only', () => {
    let now = 10;
    const engine = new ScenarioEngine(world, () => now);
    engine.set([{ name: 'quota-gone', servers: ['douyin'], accounts: [account.accountId], from: 10, to: 20 }]);
    expect(engine.find('quota-gone', 'douyin', account.index)).not.toBeNull();
    expect(engine.find('quota-gone', 'douyin', account.index + 1)).toBeNull();
    expect(engine.find('quota-gone', 'channels', account.index)).toBeNull();
    now = 20;
    expect(engine.find('quota-gone', 'douyin', account.index)).toBeNull();
  });

  it('calming down ends what is transient from now on, and keeps what is lost', () => {
    let now = 10;
    const engine = new ScenarioEngine(world, () => now);
    engine.set(['busy', { name: 'revoked', from: 5 }]);
    now = 30;
    engine.calm();
    expect([engine.find('busy', 'douyin', 0), engine.find('revoked', 'douyin', 0)]).toMatchObject([null, { name: 'revoked' }]);
    expect(engine.find('busy', 'douyin', 0, 29)).not.toBeNull();
    expect(engine.quiet).toBe(false);
  });

  it('refuses settings that it does not know, and says which there are', () => {
    expect(() => parseSettings([{ name: 'bussy' }])).toThrow(SCENARIO_NAMES.join(', '));
    expect(() => parseSettings({ name: 'busy', rate: 'often' })).toThrow('busy: rate is a number');
    expect(() => parseSettings({ name: 'busy', servers: 'douyin' })).toThrow('busy: servers is a list of names');
  });
});
