import type { CallLog } from './log/call-log';
import { excesses } from './log/limits';
import { SCENARIOS } from './scenario/catalogue';
import type { ScenarioEngine } from './scenario/engine';
import { bodyFields } from './wire/http';
import type { Call } from './wire/http';

export interface ControlParts {
  scenarios: ScenarioEngine;
  log: CallLog;
  clock: () => number;
  /** A fixed instant, or null for the clock that the simulator was started with. */
  setNow: (ms: number | null) => void;
  requests: () => object;
  gaps: (readings: readonly number[]) => object[];
  push: (orders: unknown) => object;
}

const USAGE =
  'POST /now {"now": ms, or null for the real time}; GET /requests, /scenarios, /calls?from=N, /limits, /gaps?at=MS,MS…; POST /scenarios [{"name": …}] replaces what is on, POST /calm ends what is transient, POST /push {"to": url, …}';

/** The control server: the clock, the scenarios, and what the platforms saw. */
export function controlAnswer(call: Call, parts: ControlParts): object {
  const fields = call.method === 'POST' ? bodyFields({ ...call, headers: {} }) : {};
  switch (`${call.method} ${call.path}`) {
    case 'GET /requests':
      return { ...parts.requests(), now: parts.clock() };
    case 'GET /scenarios':
      return { active: parts.scenarios.active, all: SCENARIOS };
    case 'POST /scenarios':
      return guarded(() => {
        parts.scenarios.set(JSON.parse(call.body) as unknown);
        return { active: parts.scenarios.active };
      });
    case 'POST /calm':
      parts.scenarios.calm();
      return { active: parts.scenarios.active };
    case 'GET /calls':
      return { calls: parts.log.calls.slice(Number(call.query.get('from') ?? 0)) };
    case 'GET /limits':
      return { excesses: excesses(parts.log.calls) };
    case 'GET /gaps':
      return { gaps: parts.gaps(readingsOf(call)) };
    case 'POST /push':
      return guarded(() => parts.push(JSON.parse(call.body)));
    case 'POST /now':
      return setNow(fields['now'], parts);
  }
  return { error: USAGE };
}

function setNow(instant: unknown, { setNow: set, clock }: ControlParts): object {
  if (instant !== null && (typeof instant !== 'number' || !Number.isFinite(instant))) return { error: USAGE };
  set(instant);
  return { now: clock() };
}

/** `at=1,2,3`: instants of readings, ascending. */
function readingsOf(call: Call): number[] {
  return (call.query.get('at') ?? '')
    .split(',')
    .map(Number)
    .filter((at) => at > 0)
    .sort((a, b) => a - b);
}

function guarded(answer: () => object): object {
  try {
    return answer();
  } catch (error) {
    return { error: error instanceof Error ? error.message : 'not understood' };
  }
}
