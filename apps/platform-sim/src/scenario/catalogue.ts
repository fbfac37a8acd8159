/** `refusal`: an error code instead of the answer · `connection`: the answer does not arrive whole · `answer`: its form changes · `world`: what is true changes. */
export type ScenarioKind = 'refusal' | 'connection' | 'answer' | 'world' | 'token' | 'push';

interface ScenarioEntry {
  kind: ScenarioKind;
  /** Stays when the simulator calms down: what it takes away does not come back. */
  lasting?: true;
  /** Share of the requests, where none is given. */
  rate?: number;
  /** What `amount` of a setting counts, and its value where none is given. */
  amount?: { of: string; value: number };
  what: string;
}

/** Every behaviour that can be switched on, by name. Texts are those of `GET /scenarios` and of docs/platform-sim.md. */
export const SCENARIOS = {
  busy: { kind: 'refusal', rate: 0.2, what: 'system busy at random' },
  'rate-bursts': { kind: 'refusal', rate: 0.1, amount: { of: 'requests in a burst', value: 3 }, what: 'too frequent, several in a row' },
  'daily-quota': {
    kind: 'refusal',
    amount: { of: 'requests of an account and day', value: 200 },
    what: 'quota used up until the next day',
  },
  'quota-gone': { kind: 'refusal', what: 'quota used up for the whole span' },
  'app-banned': { kind: 'refusal', what: 'the app itself is refused for the span' },
  'ip-not-allowed': { kind: 'refusal', what: 'the caller’s address is not on the allow-list (Channels)' },
  'no-permission': { kind: 'refusal', lasting: true, what: 'the accounts named never got the permission for live figures' },
  revoked: { kind: 'refusal', lasting: true, what: 'the owners of the accounts named took their permission back' },
  'token-dies': { kind: 'token', rate: 0.3, what: 'an access token ends in the middle of a list' },
  'token-dies-anywhere': { kind: 'token', rate: 0.1, what: 'an access token ends before its time, at any call' },
  'short-tokens': { kind: 'token', amount: { of: 'minutes of life', value: 90 }, what: 'access tokens live for minutes, not for days' },
  'rotation-at-once': { kind: 'token', what: 'a refresh kills the old pair at once, without five minutes of overlap' },
  'token-clock-off': { kind: 'token', amount: { of: 'hours ahead', value: 24 }, what: 'the platform’s clock for tokens is off by a day' },
  'platform-down': { kind: 'connection', what: 'HTTP 503 with a page of HTML for the span' },
  slow: { kind: 'connection', rate: 0.3, amount: { of: 'milliseconds at most', value: 30 }, what: 'answers come late' },
  'cut-body': { kind: 'connection', rate: 0.15, what: 'the connection ends in the middle of the answer' },
  reset: { kind: 'connection', rate: 0.15, what: 'the connection is reset before an answer' },
  'half-json': { kind: 'connection', rate: 0.15, what: 'half of the JSON, with a length that says it is whole' },
  'html-page': { kind: 'connection', rate: 0.15, what: 'an error page in HTML under HTTP 200' },
  'bad-gateway': { kind: 'connection', rate: 0.15, what: 'HTTP 502 with a page of HTML' },
  'number-or-text': { kind: 'answer', rate: 0.5, what: 'numbers come as text' },
  'object-or-list': { kind: 'answer', rate: 0.5, what: 'an object comes as a list of one, and the other way round' },
  'seconds-or-ms': { kind: 'answer', rate: 0.5, what: 'instants of Kuaishou videos change between seconds and milliseconds' },
  'short-pages': { kind: 'answer', amount: { of: 'rows at most', value: 3 }, what: 'pages hold fewer rows than asked for' },
  'repeated-rows': { kind: 'answer', rate: 0.5, what: 'a page begins with the last row of the page before' },
  'stuck-cursor': { kind: 'answer', what: 'the list says that there is more, and its cursor does not advance' },
  'late-readiness': {
    kind: 'world',
    amount: { of: 'hours later than 10:00', value: 30 },
    what: 'figures get ready late, some later than others',
  },
  'never-ready': { kind: 'world', lasting: true, what: 'the figures of the span’s sessions never get ready' },
  'late-corrections': { kind: 'world', lasting: true, rate: 0.5, what: 'views of ready sessions are corrected three days later' },
  'never-served': { kind: 'world', lasting: true, what: 'daily series leave the days of the span out, for good' },
  'private-videos': { kind: 'world', lasting: true, rate: 0.3, what: 'videos turn private: play_count 0' },
  recounts: { kind: 'world', lasting: true, rate: 0.3, what: 'view_count falls by a recount' },
  'deleted-videos': { kind: 'world', lasting: true, rate: 0.2, what: 'videos are deleted' },
  'deleted-between-pages': {
    kind: 'world',
    lasting: true,
    rate: 0.3,
    what: 'the video that the next page starts from is deleted in between',
  },
  'push-duplicates': { kind: 'push', rate: 0.4, what: 'a push comes twice' },
  'push-lost': { kind: 'push', rate: 0.3, what: 'a push never comes' },
  'push-reordered': { kind: 'push', rate: 0.5, what: 'pushes come in another order' },
  'push-late': { kind: 'push', rate: 0.3, what: 'a push comes again after everything else' },
  'push-bad-signature': { kind: 'push', rate: 0.4, what: 'a forged push with a bad signature comes beside the real one' },
} as const satisfies Record<string, ScenarioEntry>;

export type ScenarioName = keyof typeof SCENARIOS;
export const SCENARIO_NAMES = Object.keys(SCENARIOS) as ScenarioName[];

/** One scenario switched on. Absent: every server, every account, always, the catalogue's rate and amount. `from` ≤ now < `to` (epoch ms). */
export interface ScenarioSetting {
  name: ScenarioName;
  servers?: string[];
  accounts?: string[];
  from?: number;
  to?: number;
  rate?: number;
  amount?: number;
}

/** A scenario's entry with every field. */
export function scenarioEntry(name: ScenarioName): ScenarioEntry {
  return SCENARIOS[name];
}

/** Settings out of JSON; throws RangeError naming what is not one. */
export function parseSettings(input: unknown): ScenarioSetting[] {
  const list: unknown[] = Array.isArray(input) ? input : [input];
  return list.map((one) => {
    const given = (typeof one === 'string' ? { name: one } : one) as Partial<Record<keyof ScenarioSetting, unknown>> | null;
    const name = SCENARIO_NAMES.find((known) => known === given?.name);
    if (!given || !name) throw new RangeError(`no such scenario; there are ${SCENARIO_NAMES.join(', ')}`);
    const setting: ScenarioSetting = { name };
    for (const field of ['from', 'to', 'rate', 'amount'] as const) {
      const value = given[field];
      if (value === undefined) continue;
      if (typeof value !== 'number' || !Number.isFinite(value)) throw new RangeError(`${name}: ${field} is a number`);
      setting[field] = value;
    }
    for (const field of ['servers', 'accounts'] as const) {
      const value = given[field];
      if (value === undefined) continue;
      if (!Array.isArray(value) || !value.every((text) => typeof text === 'string'))
        throw new RangeError(`${name}: ${field} is a list of names`);
      setting[field] = value as string[];
    }
    return setting;
  });
}
