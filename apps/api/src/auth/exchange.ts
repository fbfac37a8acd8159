import type { RequestOrigin } from '@app/identity';

/** The parts of an Express request and response that signing in touches. */
export interface AuthRequest {
  id?: unknown;
  ip?: string;
  secure?: boolean;
  url: string;
  headers: Record<string, string | string[] | undefined>;
}
export interface AuthResponse {
  cookie(name: string, value: string, options: CookieOptions): void;
  redirect(url: string): void;
}
interface CookieOptions {
  httpOnly: true;
  secure: boolean;
  sameSite: 'strict' | 'lax';
  path: string;
  maxAge: number;
}

const text = (value: string | string[] | undefined): string => (typeof value === 'string' ? value : '');

export const originOf = ({ id, ip, headers }: AuthRequest): RequestOrigin => ({
  ip: ip ?? null,
  userAgent: text(headers['user-agent']),
  requestId: id === undefined ? null : String(id),
});

/** Value of a cookie, empty where there is none. */
export function cookieOf({ headers }: AuthRequest, name: string): string {
  for (const pair of text(headers.cookie).split(';')) {
    const [key, value] = pair.split('=', 2).map((part) => part.trim());
    if (key === name) return value ?? '';
  }
  return '';
}

/**
 * Browsers say where a request was made. The cookie is SameSite=Strict already; this refuses also what an old browser, or a page on another port of this
 * machine, would send along.
 */
export const isForeign = ({ headers }: AuthRequest): boolean => {
  const site = text(headers['sec-fetch-site']);
  return site !== '' && site !== 'same-origin' && site !== 'none';
};
