import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet, { type HelmetOptions } from 'helmet';
import { routedUrl } from '../http/routed-url';

type Handler = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

const YEAR_SECONDS = 31_536_000;

/** Who may do what in a page of ours; all else is nobody's. Styles of elements are set by charts and menus, styles of documents are files. */
export const PAGE_POLICY = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'script-src-attr': ["'none'"],
  'style-src': ["'self'"],
  'style-src-attr': ["'unsafe-inline'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  'font-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  'manifest-src': ["'self'"],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
};
/** The description of the interface draws itself with a style sheet in its document. */
const DOCS_POLICY = { ...PAGE_POLICY, 'style-src': ["'self'", "'unsafe-inline'"] };
/** An answer of the interface is no document. */
const DATA_POLICY = { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"], 'base-uri': ["'none'"], 'form-action': ["'none'"] };
const FEATURES = ['camera', 'display-capture', 'geolocation', 'microphone', 'payment', 'serial', 'usb']
  .map((name) => `${name}=()`)
  .join(', ');

const withPolicy = (directives: Record<string, string[]>): Handler => {
  const options: HelmetOptions = {
    contentSecurityPolicy: { useDefaults: false, directives },
    frameguard: { action: 'deny' },
    strictTransportSecurity: false, // only over TLS, below
  };
  return helmet(options) as Handler;
};

const page = withPolicy(PAGE_POLICY);
const docs = withPolicy(DOCS_POLICY);
const data = withPolicy(DATA_POLICY);

/** Addresses of data. */
export const isDataUrl = (url: string | undefined): boolean => /^\/(api|health|metrics)(\/|\?|$)/.test(routedUrl(url));

/** Security headers by what is asked for: the page and its files, the description of the interface, or data, which nobody may keep. */
export function securityHeaders(request: IncomingMessage & { secure?: boolean }, response: ServerResponse, next: () => void): void {
  const { url } = request;
  const isData = isDataUrl(url);
  response.setHeader('Permissions-Policy', FEATURES);
  if (request.secure) response.setHeader('Strict-Transport-Security', `max-age=${YEAR_SECONDS}; includeSubDomains`);
  if (isData) response.setHeader('Cache-Control', 'no-store');
  (/^\/api\/docs(\/|-|\?|$)/.test(routedUrl(url)) ? docs : isData ? data : page)(request, response, next);
}

/** JSON is an attachment: whatever a browser takes it for, it does not show it as a page. Pages and files that a route sends are as they are. */
export function attachJson(_request: unknown, response: ServerResponse & { json?: (body: unknown) => unknown }, next: () => void): void {
  const json = response.json?.bind(response);
  if (json)
    response.json = (body) => {
      response.setHeader('Content-Disposition', 'attachment; filename="api.json"');
      return json(body);
    };
  next();
}
