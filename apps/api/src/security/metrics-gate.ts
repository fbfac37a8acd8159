import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import ipaddr from 'ipaddr.js';
import { refusal } from '@app/contracts';

/** Headers by which a proxy says for whom it asks. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip'];

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Does a request come from this machine itself? One that a proxy passes on does not, unless the proxy is trusted and says so. */
export function isOfThisMachine(
  { ip, headers }: { ip?: string; headers: IncomingMessage['headers'] },
  proxiesAreTrusted: boolean,
): boolean {
  if (!proxiesAreTrusted && FORWARDED.some((name) => headers[name] !== undefined)) return false;
  return ip !== undefined && ipaddr.isValid(ip) && ipaddr.process(ip).range() === 'loopback';
}

/** Lets whoever holds the token see what the process counts; where none is set, whoever asks from this machine. */
export function metricsGate({ metricsToken, trustedProxies }: { metricsToken: string | null; trustedProxies: readonly string[] }) {
  const wanted = metricsToken === null ? null : digest(`Bearer ${metricsToken}`);
  return (request: IncomingMessage & { ip?: string }, _response: ServerResponse, next: (error?: unknown) => void): void => {
    const may =
      wanted === null
        ? isOfThisMachine(request, trustedProxies.length > 0)
        : timingSafeEqual(wanted, digest(request.headers.authorization ?? ''));
    next(may ? undefined : notShown());
  };
}

const notShown = () =>
  refusal(
    'unauthorized',
    { zh: '运行指标不对外公开', en: 'Metrics are not shown to everybody' },
    {
      zh: '请在本机读取，或设置 VITRINE_METRICS_TOKEN 并在 Authorization 头中给出该令牌',
      en: 'Read them on this machine, or set VITRINE_METRICS_TOKEN and send it as a bearer token',
    },
  );
