import { Delivery } from '../wire/http';
import type { ScenarioName } from './catalogue';
import type { ScenarioEngine, Where } from './engine';

const PAGE =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n';

/** What reaches the client instead of the whole answer, and under which name it is logged. */
export interface Broken {
  name: ScenarioName;
  delivery: Delivery;
}

/** The platform is down: nobody is asked, whoever calls. */
export function down(scenarios: ScenarioEngine, server: string): Broken | null {
  if (!scenarios.find('platform-down', server, -1)) return null;
  return {
    name: 'platform-down',
    delivery: new Delivery(PAGE.replaceAll('502 Bad Gateway', '503 Service Unavailable'), { status: 503, type: 'text/html' }),
  };
}

/** A fault that keeps the request from the platform: nothing happened there. */
export function brokenBefore(scenarios: ScenarioEngine, where: Where): Broken | null {
  if (scenarios.strikes('reset', where)) return { name: 'reset', delivery: new Delivery('', { fault: 'reset' }) };
  if (scenarios.strikes('bad-gateway', where))
    return { name: 'bad-gateway', delivery: new Delivery(PAGE, { status: 502, type: 'text/html' }) };
  if (scenarios.strikes('html-page', where)) return { name: 'html-page', delivery: new Delivery(PAGE, { type: 'text/html' }) };
  return null;
}

/** A fault on the way back: the platform has answered. */
export function brokenAfter(scenarios: ScenarioEngine, where: Where, text: string): Broken | null {
  if (scenarios.strikes('cut-body', where)) return { name: 'cut-body', delivery: new Delivery(text, { fault: 'cut' }) };
  if (scenarios.strikes('half-json', where)) return { name: 'half-json', delivery: new Delivery(text.slice(0, text.length >> 1)) };
  return null;
}

/** How long an answer is held back, in ms. */
export function delayMs(scenarios: ScenarioEngine, where: Where): number {
  const most = scenarios.find('slow', where.server, where.account) && scenarios.amount('slow', where.server, where.account);
  return most ? Math.floor(scenarios.draw('slow', where) * most) : 0;
}
