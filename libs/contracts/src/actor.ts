/** Who does something that is written down: the operator at the command line, a signed-in user, or the product itself. */
export interface Actor {
  kind: 'operator' | 'user' | 'system';
  /** What tells two actors apart, within their kind. */
  id: string;
  name: string;
}

/** Are they one person? An operator and a user never are: nothing says that they would be. */
export const sameActor = (a: Actor, b: Actor): boolean => a.kind === b.kind && a.id === b.id;

/** What the product itself does. */
export const SYSTEM_ACTOR: Actor = { kind: 'system', id: 'vitrine', name: 'Vitrine' };
