import type { SignInAnswer, SignedInUser } from '@app/contracts';

type Done = Extract<SignInAnswer, { step: 'done' }>;

// the access token lives in memory only: a script of another origin, or a stolen disk, finds none
let token: string | null = null;
let refreshing: Promise<SignedInUser | null> | null = null;
let lost: () => void = () => undefined;

export const accessHeader = (): Record<string, string> => (token === null ? {} : { authorization: `Bearer ${token}` });

/** From now on requests are those of whoever signed in. */
export function keepAccess({ accessToken, user }: Done): SignedInUser {
  token = accessToken;
  return user;
}

export function dropAccess(): void {
  token = null;
}

/** Called when the server takes neither the access token nor the refresh cookie any more. */
export function whenAccessIsLost(listener: () => void): void {
  lost = listener;
}

/** Asks for a new access token by the refresh cookie, once for all requests that wait for it. Null: nobody is signed in. Throws what fetch throws. */
export function refreshAccess(): Promise<SignedInUser | null> {
  return (refreshing ??= refresh().finally(() => (refreshing = null)));
}

async function refresh(): Promise<SignedInUser | null> {
  const response = await fetch('/api/v1/auth/refresh', { method: 'POST', headers: { accept: 'application/json' } });
  if (response.ok) return keepAccess((await response.json()) as Done);
  await response.body?.cancel(); // an answer that nobody reads keeps its connection
  if (response.status !== 401) throw new TypeError(`refresh: ${response.status}`);
  if (token !== null) lost();
  dropAccess();
  return null;
}
