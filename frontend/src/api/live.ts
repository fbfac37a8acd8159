import type { LiveChange, LiveOpening, LiveSession, Platform } from '@app/contracts';
import { accessHeader, refreshAccess } from './access';
import { getJson } from './client';
import { createEventParser } from './event-parser';

/** A broadcast minute by minute; without a session the latest of the room. */
export const getLiveSession = (room: { platform: Platform; accountId: string; sessionId?: string | null }, signal?: AbortSignal) =>
  getJson<LiveSession>(`live/rooms/${room.platform}/${encodeURIComponent(room.accountId)}`, { sessionId: room.sessionId }, signal);

/** How the line to the server is. `refused`: it will not open without somebody doing something. */
export type LineState = 'opening' | 'open' | 'broken' | 'refused' | 'crowded';

export interface LiveListener {
  onOpening(opening: LiveOpening): void;
  onChange(change: LiveChange): void;
  onState(state: LineState): void;
}

const ADDRESS = '/api/v1/live/stream';
/** The server says something every 15 s. */
const SILENT_MS = 45_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;

/**
 * Follows the stream until `signal` aborts: whatever ends, it opens again where the last event stopped. Not EventSource, which cannot carry the access token.
 */
export async function followLive(listener: LiveListener, signal: AbortSignal): Promise<void> {
  let lastId: string | null = null;
  let wait = FIRST_WAIT_MS;
  listener.onState('opening');
  while (!signal.aborted) {
    const outcome = await listenOnce(listener, lastId, (id) => ((lastId = id), (wait = FIRST_WAIT_MS)), signal).catch(
      () => 'broken' as const,
    );
    if (signal.aborted) return;
    if (outcome === 'session') {
      const user = await refreshAccess().catch(() => undefined);
      if (user === null) return listener.onState('refused');
      if (user !== undefined) continue;
    }
    if (outcome === 'refused') return listener.onState('refused');
    listener.onState(outcome === 'crowded' ? 'crowded' : 'broken');
    await pause(wait * (0.75 + Math.random() / 2), signal);
    wait = Math.min(LONGEST_WAIT_MS, wait * 2);
  }
}

type Outcome = 'broken' | 'session' | 'refused' | 'crowded';

async function listenOnce(
  listener: LiveListener,
  lastId: string | null,
  note: (id: string) => void,
  signal: AbortSignal,
): Promise<Outcome> {
  const quiet = new AbortController();
  const leave = () => quiet.abort();
  signal.addEventListener('abort', leave);
  let timer = setTimeout(() => quiet.abort(), SILENT_MS);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => quiet.abort(), SILENT_MS);
  };
  try {
    const headers = { accept: 'text/event-stream', ...accessHeader(), ...(lastId === null ? {} : { 'last-event-id': lastId }) };
    const response = await fetch(ADDRESS, { headers, signal: quiet.signal, cache: 'no-store' });
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      return ({ 401: 'session', 403: 'refused', 429: 'crowded' } as const)[response.status] ?? 'broken';
    }
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const parse = createEventParser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return 'broken';
      heard();
      for (const { event, id, data } of parse(value)) {
        if (event === 'end') return endOf(data);
        if (event === 'board') listener.onOpening(JSON.parse(data) as LiveOpening);
        if (event === 'change') listener.onChange(JSON.parse(data) as LiveChange);
        if (id !== null) note(id);
        listener.onState('open');
      }
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
    quiet.abort();
  }
}

function endOf(data: string): Outcome {
  const { reason } = JSON.parse(data) as { reason: string };
  return reason === 'session' ? 'session' : reason === 'rights' ? 'refused' : 'broken';
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
