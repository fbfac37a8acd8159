import type { Actor } from '@app/contracts';

/**
 * Who asks over HTTP. Until there is sign-in nobody can be told apart there: all of it is one local operator, who is another one than whoever works at
 * the command line, so that what one proposes the other activates.
 */
export const actorOf: (request: unknown) => Actor = () => LOCAL;

const LOCAL: Actor = { kind: 'operator', id: 'http', name: '本机 HTTP local' };
