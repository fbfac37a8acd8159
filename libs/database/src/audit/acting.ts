import { AsyncLocalStorage } from 'node:async_hooks';
import { SYSTEM_ACTOR, type ActOrigin, type Actor } from '@app/contracts';
import { NO_ORIGIN } from './act-chain';

interface Acting {
  origin: ActOrigin;
  actor: Actor | null;
}

const works = new AsyncLocalStorage<Acting>();

/** Does a work whose acts come from there, by `actor` where one is known already. */
export const withOrigin = <Result>(origin: ActOrigin, work: () => Result, actor: Actor | null = null): Result =>
  works.run({ origin: { ...origin }, actor }, work);

/** Says who does the work under way, once that is known. Outside of any: nothing. */
export function nameAsker(actor: Actor, sessionId: string | null): void {
  const work = works.getStore();
  if (!work) return;
  work.actor = actor;
  work.origin.sessionId = sessionId;
}

/** Where the work under way comes from. */
export const originNow = (): ActOrigin => ({ ...(works.getStore()?.origin ?? NO_ORIGIN) });

/** Who does the work under way; where nobody does, the product itself. */
export const actorNow = (): Actor => works.getStore()?.actor ?? SYSTEM_ACTOR;
