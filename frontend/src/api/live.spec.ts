import type { LiveOpening } from '@app/contracts';
import { dropAccess, keepAccess } from './access';
import { followLive, type LineState } from './live';

const user = {
  userId: 'u',
  login: 'l',
  name: 'L',
  role: 'dealer' as const,
  brand: { code: 'b', name: 'B' },
  secondFactor: false,
  reaches: {},
};
const access = (accessToken: string) => ({ step: 'done' as const, accessToken, expiresInSeconds: 600, user });
const board = (id: string) => `event: board\nid: ${id}\ndata: {"minutes":[]}\n\n`;

/** A server that answers one stream after the other; the last one stays open. */
function server(...answers: (string | number)[]) {
  const asked: { path: string; lastId?: string; bearer?: string }[] = [];
  globalThis.fetch = jest.fn((path: string, init: RequestInit) => {
    const headers = init.headers as Record<string, string>;
    asked.push({ path, lastId: headers['last-event-id'], bearer: headers.authorization });
    if (path.endsWith('/refresh'))
      return Promise.resolve({ ok: true, status: 200, json: () => Promise.resolve(access('new')) } as unknown as Response);
    const next = answers.shift() ?? 'open';
    if (typeof next === 'number') return Promise.resolve({ ok: false, status: next, body: null } as unknown as Response);
    const pieces = next === 'open' ? [] : [next];
    const gone = new Promise<never>((_, reject) => init.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
    gone.catch(() => undefined);
    const read = () =>
      pieces.length ? Promise.resolve({ done: false, value: pieces.shift() }) : next === 'open' ? gone : Promise.resolve({ done: true });
    return Promise.resolve({
      ok: true,
      status: 200,
      body: { pipeThrough: () => ({ getReader: () => ({ read }) }) },
    } as unknown as Response);
  }) as typeof fetch;
  return asked;
}

describe('the line of a live page', () => {
  let stop: AbortController;
  beforeEach(() => {
    jest.useFakeTimers();
    stop = new AbortController();
    (globalThis as { TextDecoderStream?: unknown }).TextDecoderStream ??= class {};
    keepAccess(access('old'));
  });
  afterEach(() => {
    stop.abort();
    jest.useRealTimers();
    dropAccess();
  });
  async function follow(): Promise<{ states: LineState[]; openings: LiveOpening[] }> {
    const heard: { states: LineState[]; openings: LiveOpening[] } = { states: [], openings: [] };
    void followLive(
      { onOpening: (opening) => heard.openings.push(opening), onChange: () => undefined, onState: (state) => heard.states.push(state) },
      stop.signal,
    );
    await jest.advanceTimersByTimeAsync(30_000);
    return heard;
  }
  const streams = (asked: { path: string }[]) => asked.filter(({ path }) => path.endsWith('/stream'));

  it('opens again where the last event stopped', async () => {
    const asked = server(board('x1'), board('x2'));
    const { states, openings } = await follow();
    expect(streams(asked).map((one) => (one as { lastId?: string }).lastId)).toEqual([undefined, 'x1', 'x2']);
    expect(openings).toHaveLength(2);
    expect(states.slice(0, 3)).toEqual(['opening', 'open', 'broken']);
  });
  it('takes a new access token when the session of the stream is over, and waits for nothing', async () => {
    const asked = server('event: end\ndata: {"reason":"session"}\n\n');
    const { states } = await follow();
    expect(streams(asked).map((one) => (one as { bearer?: string }).bearer)).toEqual(['Bearer old', 'Bearer new']);
    expect(states).not.toContain('broken');
  });
  it('a refusal is the end; too many lines are tried again', async () => {
    const asked = server(429, 403);
    const { states } = await follow();
    expect(streams(asked)).toHaveLength(2);
    expect(states).toEqual(['opening', 'crowded', 'refused']);
  });
  it('a line on which nothing is heard for 45 s is dead', async () => {
    const asked = server('open');
    await follow();
    expect(streams(asked)).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(20_000);
    expect(streams(asked).length).toBeGreaterThan(1);
  });
  it('whoever leaves the page asks for nothing more', async () => {
    const asked = server('open');
    await follow();
    stop.abort();
    await jest.advanceTimersByTimeAsync(120_000);
    expect(streams(asked)).toHaveLength(1);
  });
});
