import type { Actor, Principal } from '@app/contracts';
import { setAsker } from '../../apps/api/src/http/asker';

const OPERATOR: Actor = { kind: 'operator', id: 'http', name: 'Operator' };

/** What stands in for the guard where a test is about one slice alone: every request is the operator's, of one brand. To be given to `app.use`. */
export const asOperatorOf =
  (brand: string, actor: Actor = OPERATOR) =>
  (request: object, _response: unknown, next: () => void): void => {
    const principal: Principal = { actor, brandCode: brand, role: 'operator', sessionId: null, grants: [{ kind: 'brand' }] };
    setAsker(request, { principal, actor, brand, scope: 'all', owner: 'operator' });
    next();
  };
