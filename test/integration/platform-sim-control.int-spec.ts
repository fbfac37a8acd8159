import { createWorld, SCENARIO_NAMES, startPlatformSim, type PlatformSim } from '../../apps/platform-sim/src';

const world = createWorld({ seed: 11, endMonth: '2026-06' });
let sim: PlatformSim;
beforeAll(async () => {
  sim = await startPlatformSim({ world, trouble: 'none', now: () => world.startsAt });
});
afterAll(() => sim?.stop());

type Answer = Record<string, unknown>;
const get = async (path: string): Promise<Answer> => (await fetch(`${sim.urls.control}${path}`)).json() as Promise<Answer>;
const post = async (path: string, body: unknown): Promise<Answer> =>
  (await fetch(`${sim.urls.control}${path}`, { method: 'POST', body: JSON.stringify(body) })).json() as Promise<Answer>;
const ask = () => fetch(`${sim.urls.kuaishou}/openapi/user_info?app_id=a&access_token=t`);

describe('the control server', () => {
  it('switches scenarios on and off while the servers run', async () => {
    expect(Object.keys((await get('/scenarios'))['all'] as object)).toEqual(SCENARIO_NAMES);
    await post('/scenarios', [{ name: 'platform-down', servers: ['kuaishou'] }]);
    expect([(await ask()).status, (await fetch(`${sim.urls.channels}/cgi-bin/token`)).status]).toEqual([503, 200]);
    await post('/calm', {});
    expect((await ask()).status).toBe(200);
  });

  it('says what is wrong with a setting, and leaves everything as it was', async () => {
    await post('/scenarios', ['slow']);
    expect((await post('/scenarios', [{ name: 'no such thing' }]))['error']).toContain('there are busy');
    expect((await get('/scenarios'))['active']).toEqual([{ name: 'slow' }]);
    await post('/scenarios', []);
  });

  it('tells each call without its token, and its own clock in the Date header', async () => {
    const seen = ((await get('/calls'))['calls'] as unknown[]).length;
    const response = await ask();
    expect(Date.parse(response.headers.get('date') ?? '')).toBe(world.startsAt);
    const { calls } = await get(`/calls?from=${seen}`);
    expect(calls).toMatchObject([{ at: world.startsAt, server: 'kuaishou', path: '/openapi/user_info', verdict: '100200102' }]);
    expect(await get('/limits')).toEqual({ excesses: [] });
  });

  it('names what nobody could have known who read at given instants', async () => {
    const day = 86_400_000;
    const at = [1, 2, 3].map((n) => world.startsAt + n * day - 60_000);
    await post('/scenarios', [{ name: 'platform-down', servers: ['kuaishou'], from: world.startsAt + day, to: world.startsAt + 2 * day }]);
    const { gaps } = (await get(`/gaps?at=${at.join()}`)) as { gaps: { platform: string; reason: string }[] };
    expect(new Set(gaps.filter(({ platform }) => platform === 'kuaishou').map(({ reason }) => reason))).toEqual(new Set(['platform-down']));
    await post('/scenarios', []);
  });
});
