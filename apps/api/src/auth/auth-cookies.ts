import type { AuthResponse } from './exchange';

export const REFRESH_COOKIE = 'vitrine_refresh';
export const OIDC_COOKIE = 'vitrine_company';
export const AUTH_PATH = '/api/v1/auth';

/** The two cookies of the product: out of the reach of scripts, sent to the sign-in routes only. `secure`: under https, where they need it. */
export class AuthCookies {
  constructor(private readonly secure: boolean) {}

  keepRefresh(response: AuthResponse, token: string, maxAge: number): void {
    response.cookie(REFRESH_COOKIE, token, { httpOnly: true, secure: this.secure, sameSite: 'strict', path: AUTH_PATH, maxAge });
  }

  dropRefresh(response: AuthResponse): void {
    this.keepRefresh(response, '', 0);
  }

  /** Lax: the provider sends the browser back from another site. */
  keepOidc(response: AuthResponse, carried: string, maxAge: number): void {
    response.cookie(OIDC_COOKIE, carried, { httpOnly: true, secure: this.secure, sameSite: 'lax', path: `${AUTH_PATH}/oidc`, maxAge });
  }
}
