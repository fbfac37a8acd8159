import type { CallLog } from './log/call-log';
import { LIMITED_PARAMETERS } from './log/limits';
import { reshaped } from './scenario/answers';
import { brokenAfter, brokenBefore, delayMs, down } from './scenario/connections';
import type { ScenarioEngine } from './scenario/engine';
import { bodyFields, Delivery } from './wire/http';
import type { Call } from './wire/http';
import type { Wire } from './wire/servers';
import type { TroubleMaker } from './wire/trouble';
import { mix } from './world/random';

/** Calls that hand out tokens: a fault there comes before the request is heard, else the only good pair would be lost with the answer. */
const TOKEN_CALL = /oauth|token/;

/** What stands before a wire format: the call log, broken connections and changed forms. */
export class Front {
  constructor(
    private readonly server: string,
    private readonly wire: Wire,
    private readonly maker: TroubleMaker,
    private readonly parts: { scenarios: ScenarioEngine; log: CallLog; now: () => number },
  ) {}

  answer(call: Call): object {
    const { maker, server, wire } = this;
    const { scenarios, now } = this.parts;
    maker.begin(call.path);
    const { quiet } = scenarios;
    const unheard = quiet ? null : this.unheard(call);
    if (unheard) return unheard;
    const answer = wire.answer(call);
    const where = maker.where;
    if (quiet) {
      this.note(call, maker.refusal ?? verdictOf(answer));
      return new Delivery(JSON.stringify(answer), { date: now() });
    }
    const text = JSON.stringify(reshaped(answer, scenarios, where));
    const refused = maker.refusal === 'busy' || maker.refusal === 'too-frequent';
    const broken = refused || maker.account < 0 || TOKEN_CALL.test(call.path) ? null : brokenAfter(scenarios, where, text);
    scenarios.finish(refused || broken !== null);
    this.note(call, broken?.name ?? maker.refusal ?? verdictOf(answer));
    if (broken) return broken.delivery;
    return new Delivery(text, { delayMs: delayMs(scenarios, { ...where, server }), date: this.parts.now() });
  }

  /** The platform is down, or the request never gets there. */
  private unheard(call: Call): Delivery | null {
    const { scenarios } = this.parts;
    const isDown = down(scenarios, this.server);
    if (isDown) {
      this.note(call, isDown.name);
      return isDown.delivery;
    }
    // who asks is not known yet: the credential tells callers apart
    scenarios.begin(this.server, credentialOf(call), call.path);
    const broken = brokenBefore(scenarios, this.maker.where);
    if (!broken) return null;
    scenarios.finish(true);
    this.note(call, broken.name);
    return broken.delivery;
  }

  private note(call: Call, verdict: string): void {
    if (!this.parts.log.on) return;
    const fields = { ...Object.fromEntries(call.query), ...(call.method === 'POST' ? bodyFields(call) : {}) };
    const asked: Record<string, string | number | boolean> = {};
    for (const [name, value] of Object.entries(fields))
      if (LIMITED_PARAMETERS.has(name) && (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'))
        asked[name] = value;
    const app = ['appid', 'client_key', 'app_id', 'client_id'].map((name) => fields[name]).find((value) => typeof value === 'string');
    this.parts.log.add({
      at: this.parts.now(),
      server: this.server,
      app: String(app ?? ''),
      account: this.maker.account,
      credential: credentialOf(call),
      path: call.path,
      verdict,
      asked,
    });
  }
}

/** A fingerprint of the token that came with a call. */
function credentialOf(call: Call): string {
  const header = call.headers['access-token'];
  const token = (typeof header === 'string' && header) || call.query.get('access_token') || '';
  return token === '' ? '' : mix(...Array.from(token, (letter) => letter.charCodeAt(0))).toString(36);
}

/** `ok`, or the code of an answer in any of the envelopes. */
function verdictOf(answer: object): string {
  const { err_no, errcode, result, code, data } = answer as Record<string, unknown>;
  if (result !== undefined) return String(result) === '1' ? 'ok' : String(result);
  const inner = typeof data === 'object' && data !== null ? (data as Record<string, unknown>)['error_code'] : undefined;
  const told = [err_no, errcode, inner, code].find((one) => one !== undefined);
  return told === undefined || String(told) === '0' ? 'ok' : String(told);
}
