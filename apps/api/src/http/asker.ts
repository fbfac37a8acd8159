import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { BrandScope } from '@app/access';
import { type Actor, type Principal, VitrineError } from '@app/contracts';

/** Who asks, as every slice needs it: who acts, in which brand, for which rows. */
export interface Asker {
  principal: Principal;
  actor: Actor;
  /** Code of the asker's brand: the only one there is for them. */
  brand: string;
  /** Rows that the route's action reaches for them. */
  scope: BrandScope;
  /** Tells one asker from another where what they started is kept for them. */
  owner: string;
}

const ASKER = Symbol('asker');
type Carrier = { [ASKER]?: Asker };

/** Notes who asks on a request. Only the guard does. */
export const setAsker = (request: object, asker: Asker): void => {
  (request as Carrier)[ASKER] = asker;
};

/** Who asks. Fails closed: a request that no guard has let through has nobody. */
export function askerOf(request: unknown): Asker {
  const asker = (request as Carrier | null)?.[ASKER];
  if (asker) return asker;
  throw new VitrineError('internal', { zh: '请求未经过权限检查。', en: 'The request went past the access guard.' });
}

/** Null where the route is open. */
export const findAsker = (request: unknown): Asker | null => (request as Carrier | null)?.[ASKER] ?? null;

/** A parameter of a route: who asks. */
export const AskedBy = createParamDecorator((_: unknown, context: ExecutionContext): Asker => askerOf(context.switchToHttp().getRequest()));
