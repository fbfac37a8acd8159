/**
 * An address as the router reads it: whatever its case, and without the scheme and host that a request may name (`POST http://host/API/v1/auth/sign-in`). What
 * judges by address judges by this, or a way of writing would go past it.
 */
export const routedUrl = (url: string | undefined): string => (url ?? '').replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '').toLowerCase();

/** Routes of signing in. */
export const isSignIn = (url: string | undefined): boolean => /^\/api\/v1\/auth(\/|\?|$)/.test(routedUrl(url));
