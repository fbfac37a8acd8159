import 'reflect-metadata';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { INestApplication, INestApplicationContext, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import compression from 'compression';
import { pinoHttp } from 'pino-http';
import type { Settings } from '@app/config';
import { VitrineError } from '@app/contracts';
import { Logger, createLogger } from '@app/observability';
import { ReportService } from '@app/reports';
import { VitrineErrorFilter } from '../api/src/http/vitrine-error.filter';
import { routedUrl } from '../api/src/http/routed-url';
import { secureHttp } from '../api/src/security/secure-http';
import { firstBrand } from './first-brand';
import { keepAnchors } from './keep-anchors';
import { keepLanding } from './keep-landing';
import { keepMarks } from './keep-marks';
import { keepPrivacy } from './keep-privacy';
import { keepRollups } from './keep-rollups';
import { keepScans } from './keep-scans';
import { ProcessRoleModule } from './process-roles';
import { projectRoot } from './project-root';
import type { ProcessRole } from './role';
import type { Stores } from './stores';
import { warmUp } from './warm-up';

const DEFAULT_PORT = 3000;

export interface RunningRole {
  /** Where the page and the HTTP interface answer; null for the collector alone. */
  url: string | null;
  app: INestApplicationContext;
  close(): Promise<void>;
}

/** Boots one role on open stores. The caller closes the stores after `close()`. */
export async function runRole(role: ProcessRole, stores: Stores): Promise<RunningRole> {
  const logger = createLogger(stores.settings);
  const module = ProcessRoleModule.with(role, stores);
  if (role === 'collector') {
    const app = await NestFactory.createApplicationContext(module, { logger: ['error', 'warn'] });
    return { url: null, app, close: closeOnce(app, keptStores(app, stores, logger)) };
  }
  await firstBrand(stores);
  // open connections of browsers must not hold up the end
  const options = { logger: ['error' as const, 'warn' as const], forceCloseConnections: true, bodyParser: false };
  const app = await NestFactory.create<NestExpressApplication>(module, options);
  dress(app, stores.settings, logger);
  const url = await listen(app, stores.settings).catch(async (error: unknown) => {
    await app.close(); // workers that already run would keep the process
    throw error;
  });
  let stopped = false;
  void warmUp(app.get(ReportService), stores, logger, () => stopped);
  const close = closeOnce(app, keptStores(app, stores, logger));
  return {
    url,
    app,
    close: () => {
      stopped = true;
      return close();
    },
  };
}

/** Starts keeping roll-ups, landing logs, marks, anchors of the audit log, privacy and scans; the answer ends it. What is under way is left where it is, which harms nothing. */
function keptStores(app: INestApplicationContext, stores: Stores, logger: Logger): () => Promise<void> {
  const stop = new AbortController();
  const kept = Promise.all([
    keepRollups(app.get(ReportService), logger, stop.signal),
    keepLanding(stores, logger, stop.signal),
    keepMarks(stores, logger, stop.signal),
    keepAnchors(stores, logger, stop.signal),
    keepPrivacy(stores, logger, stop.signal),
    keepScans(stores, logger, stop.signal),
  ]);
  return () => {
    stop.abort();
    return Promise.race([kept.then(() => undefined), sleep(500)]);
  };
}

function closeOnce(app: INestApplicationContext, before: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => (closing ??= before().then(() => app.close()));
}

/** Codes of authorisations and signatures of pushes stand in the query of their addresses. */
const SECRET_QUERY = /^\/api\/v1\/(auth|connections|webhooks)\//;
const withoutSecretQuery = (request: { url?: string }): object =>
  SECRET_QUERY.test(routedUrl(request.url)) ? { ...request, url: request.url?.replace(/\?.*$/, ''), query: undefined } : request;

/** Everything HTTP that all routes share: what keeps strangers off, validation, errors, request log, OpenAPI, the page. */
function dress(app: NestExpressApplication, settings: Settings, logger: Logger): void {
  secureHttp(app, settings);
  app.use(compression());
  app.use(
    pinoHttp({
      logger,
      genReqId: (request) => request.id,
      autoLogging: { ignore: (request) => !routedUrl(request.url).startsWith('/api') },
      customLogLevel: () => 'debug',
      serializers: { req: withoutSecretQuery },
    }),
  );
  app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }));
  app.useGlobalFilters(new VitrineErrorFilter(logger));
  const document = new DocumentBuilder()
    .setTitle('Vitrine')
    .setVersion('1')
    .setDescription('Virtual showroom traffic and communication value')
    .build();
  if (settings.apiDocs) SwaggerModule.setup('api/docs', app, () => SwaggerModule.createDocument(app, document));
  servePage(app);
}

/** What is never an address of the page: interfaces, and files of the build (all under /assets or at the top). Ids in addresses may hold dots. */
const NOT_THE_PAGE = /^\/((api|health|metrics|assets)(\/|$)|[^/]+\.\w+$)/i;

/** The built page; every path that is no file and no interface is the page's own. */
function servePage(app: NestExpressApplication): void {
  const folder = path.resolve(projectRoot(), 'frontend/dist');
  if (!fs.existsSync(path.join(folder, 'index.html'))) return;
  app.useStaticAssets(folder, {
    index: false,
    setHeaders: (response: { setHeader(name: string, value: string): void }, file: string) =>
      response.setHeader('Cache-Control', file.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'),
  });
  app.use((request: { method: string; path: string }, response: PageResponse, next: () => void) => {
    if (!['GET', 'HEAD'].includes(request.method) || NOT_THE_PAGE.test(request.path)) next();
    // with a root: a full path is refused when the installation lies under a folder that begins with a dot
    else response.sendFile('index.html', { root: folder });
  });
}

interface PageResponse {
  sendFile(file: string, options: { root: string }): void;
}

/** PORT when it is set (taken: an error that says so), else 3000, else any free one. On loopback unless HOST says otherwise: TLS is for a proxy in front. */
async function listen(app: INestApplication, { host, port: wanted }: Settings): Promise<string> {
  const port = wanted ?? ((await isFree(DEFAULT_PORT)) ? DEFAULT_PORT : 0);
  try {
    await app.listen(port, host);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new VitrineError(
      'conflict',
      { en: `Port ${port} is taken by another program.`, zh: `端口 ${port} 已被其他程序占用。` },
      { remedy: { en: 'Stop that program, or set PORT to a free port.', zh: '请停止该程序，或把 PORT 设为空闲端口。' }, cause: error },
    );
  }
  return `http://${host === '0.0.0.0' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${(app.getHttpServer().address() as net.AddressInfo).port}`;
}

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const probe = net
      .createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
