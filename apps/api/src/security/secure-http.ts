import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Settings } from '@app/config';
import { withOrigin } from '@app/database';
import { INGEST_PATH, ingestBody } from '../http/ingest-body';
import { WEBHOOK_PATH, webhookBody } from '../http/webhook-body';
import { AskerInterceptor } from './asker.interceptor';
import { keepableOnly } from './keepable';
import { JSON_LIMIT_BYTES, jsonOnly } from './media-types';
import { metricsGate } from './metrics-gate';
import { identifyRequest, type IdentifiedRequest } from './request-id';
import { attachJson, securityHeaders } from './security-headers';
import { Throttle } from './throttle';

/** Acts of a request come from its address, under its id; who it is comes later. */
function openOrigin(request: IncomingMessage & { ip?: string }, _response: ServerResponse, next: () => void): void {
  const { id } = request as IdentifiedRequest;
  withOrigin({ address: request.ip ?? null, requestId: id, sessionId: null }, next);
}

/**
 * What every request passes before a route sees it: its id, security headers, limits of rate and body. The application has to be created with
 * `bodyParser: false`.
 */
export function secureHttp(
  app: NestExpressApplication,
  { rates, trustedProxies, metricsToken }: Pick<Settings, 'rates' | 'trustedProxies' | 'metricsToken'>,
): void {
  const throttle = new Throttle(rates);
  app.disable('x-powered-by');
  app.set('trust proxy', trustedProxies.length > 0 ? trustedProxies : false);
  app.use(identifyRequest);
  app.use(securityHeaders);
  app.use(attachJson);
  app.use(['/api', '/metrics'], throttle.byAddress);
  app.use('/metrics', metricsGate({ metricsToken, trustedProxies }));
  app.use(WEBHOOK_PATH, webhookBody);
  app.use(INGEST_PATH, ingestBody);
  app.use(jsonOnly);
  app.useBodyParser('json', { limit: JSON_LIMIT_BYTES, inflate: false });
  app.use(keepableOnly);
  // after the parsers: what reads a body loses the context that it was called in
  app.use(openOrigin);
  app.useGlobalInterceptors(new AskerInterceptor(throttle));
}
