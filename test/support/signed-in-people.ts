import { SECOND_FACTOR_ROLES, type Action, type Actor, type Brand, type Grant, type Role } from '@app/contracts';
import { ApiKeyService, SignInService, addUser, totpAt, type IdentityParts } from '@app/identity';
import { KEY_ACTIONS } from '@app/access';

/** Somebody who may sign in, of whichever role. */
export interface Person {
  login: string;
  role: Role;
  grants: Grant[];
}

const ACTOR: Actor = { kind: 'operator', id: 'test', name: 'Test' };
const PASSWORD = 'Correct-Horse-7-Battery';
const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const ORIGIN = { ip: null, userAgent: null, requestId: null };
/** Little, for no password of a test is worth more. */
const COST = { memoryKib: 64, passes: 1, lanes: 1 };

/** People of a brand, signed in through the product's own services. */
export class People {
  private readonly parts: IdentityParts;

  constructor(
    parts: IdentityParts,
    private readonly brand: Brand,
  ) {
    this.parts = { ...parts, passwordCost: COST };
  }

  async add({ login, role, grants }: Person): Promise<void> {
    const factor = SECOND_FACTOR_ROLES.includes(role) ? { totpSecret: SECRET } : {};
    await addUser(this.parts, this.brand, { login, name: login, role, grants, password: PASSWORD, ...factor }, ACTOR);
  }

  /** An access token of somebody, as it was given `ago` milliseconds ago. With a second factor each has to be younger than the one before. */
  async token(login: string, ago = 0): Promise<string> {
    const now = this.parts.clock.now() - ago;
    const clock = { now: () => now } as IdentityParts['clock'];
    const service = new SignInService({ ...this.parts, clock });
    const first = await service.signIn({ brand: this.brand.code, login, password: PASSWORD }, ORIGIN);
    const step =
      first.answer.step === 'second-factor' ? await service.secondFactor(first.answer.challenge, totpAt(SECRET, now), ORIGIN) : first;
    if (step.answer.step !== 'done') throw new Error(`${login} is not signed in: ${step.answer.step}`);
    return step.answer.accessToken;
  }

  async key(name: string, grants: Grant[], actions: readonly Action[] = KEY_ACTIONS): Promise<string> {
    const made = await new ApiKeyService(this.parts, KEY_ACTIONS).create(this.brand.brandId, { name, grants, actions, days: 1 }, ACTOR);
    return made.secret;
  }
}
