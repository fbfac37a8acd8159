import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { verifyWebhook, type WebhookChannel, type WebhookSecrets, type WebhookVerdict } from '@app/platforms';
import {
  CHANNELS_PUSH,
  createWorld,
  DOUYIN_APP,
  DOUYIN_LIVE_SECRET,
  KUAISHOU_APP,
  OCEANENGINE_PUSH_SECRET,
  PUSH_SERVERS,
  startPlatformSim,
  type PlatformSim,
  type ScenarioSetting,
} from '../../apps/platform-sim/src';
import { TEST_SEED as seed } from '../support/seeded';

const world = createWorld({ seed: 11, endMonth: '2026-06' });
const NOW = world.startsAt;
let clock = NOW;
const secrets: WebhookSecrets = {
  ofApp: (appId) =>
    appId === null
      ? [OCEANENGINE_PUSH_SECRET]
      : appId === DOUYIN_APP.clientKey
        ? [DOUYIN_APP.clientSecret]
        : appId === KUAISHOU_APP.appId
          ? [KUAISHOU_APP.appSecret]
          : [],
  live: { '*': DOUYIN_LIVE_SECRET },
  channels: CHANNELS_PUSH,
};

/** Live play pushes lists, which have no id of their own: here each holds one message. */
function idOf({ key, message }: Extract<WebhookVerdict, { kind: 'message' }>): string {
  const [first] = 'list' in message ? (message.list as { msg_id: string }[]) : [];
  return first?.msg_id ?? key;
}

/** A receiver that checks each push as the product does, and refuses with 401 what it refuses. */
async function receiver({ works = true } = {}) {
  const taken: { key: string; event: string }[] = [];
  const refused: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://here');
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const call = { method: 'POST' as const, headers, query: Object.fromEntries(url.searchParams), body: Buffer.concat(chunks) };
      const verdict = verifyWebhook(url.pathname.slice(1) as WebhookChannel, call, { secrets, now: NOW });
      if (verdict.kind === 'message') taken.push({ key: idOf(verdict), event: verdict.event });
      if (verdict.kind === 'refused') refused.push(verdict.reason);
      response.writeHead(verdict.kind === 'refused' ? 401 : works ? 200 : 500);
      response.end('success');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, taken, refused, close: () => server.close() };
}

let sim: PlatformSim;
beforeAll(async () => {
  sim = await startPlatformSim({ world, trouble: 'none', now: () => clock });
});
afterAll(() => sim?.stop());

const PUSHES = ['push-duplicates', 'push-lost', 'push-reordered', 'push-late', 'push-bad-signature'] as const;
const settings = fc.uniqueArray(
  fc.record({ name: fc.constantFrom(...PUSHES), rate: fc.double({ min: 0.1, max: 1, noNaN: true }) }) as fc.Arbitrary<ScenarioSetting>,
  { selector: ({ name }) => name },
);
const accountOf = (server: string) =>
  world.of(server === 'oceanengine' ? 'douyin' : (server.replace(/-live$/, '') as 'douyin'))[0]?.accountId ?? '';

describe('pushes of the simulated platforms', () => {
  it('twice, lost, late, in another order or beside forged ones: a real push is taken, a forged one refused', async () => {
    await fc.assert(
      fc.asyncProperty(settings, fc.array(fc.constantFrom(...PUSH_SERVERS), { minLength: 1, maxLength: 8 }), async (scenarios, servers) => {
        const target = await receiver();
        try {
          sim.scenarios.set(scenarios);
          const sent = await sim.push(
            servers.map((server, k) => ({ to: `${target.url}/${server}`, server, event: `event_${k}`, accountId: accountOf(server) })),
          );
          const real = sent.filter((one) => !one.forged);
          expect(real.every(({ status }) => status === 200)).toBe(true);
          expect(target.taken.map(({ key }) => key)).toEqual(real.map(({ id }) => id));
          expect(target.refused).toEqual(sent.filter((one) => one.forged).map(() => 'signature'));
          const on = new Set(scenarios.map(({ name }) => name));
          const events = new Set(real.map(({ event }) => event)).size;
          if (!on.has('push-lost')) expect(events).toBe(servers.length);
          if (!on.has('push-duplicates') && !on.has('push-late')) expect(real).toHaveLength(events);
          if (!on.has('push-bad-signature')) expect(real).toHaveLength(sent.length);
        } finally {
          target.close();
        }
      }),
      { seed, numRuns: 40 },
    );
  });

  it('after ten pushes of a live room that nobody took in time, the platform drops what comes for some seconds', async () => {
    const target = await receiver({ works: false });
    const push = (count: number) =>
      sim.push(
        Array.from({ length: count }, () => ({
          ...{ to: `${target.url}/douyin-live`, server: 'douyin-live' as const, event: 'live_like' },
          ...{ accountId: accountOf('douyin'), content: { like_num: 2 } },
        })),
      );
    try {
      sim.scenarios.set([]);
      expect((await push(14)).map(({ status }) => status)).toEqual(Array(10).fill(500));
      expect(target.taken).toHaveLength(10);
      clock += 11_000;
      expect(await push(1)).toHaveLength(1);
    } finally {
      clock = NOW;
      target.close();
    }
  });
});
