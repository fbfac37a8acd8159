import { KEY_ACTIONS } from '@app/access';
import {
  ROLES,
  SECOND_FACTOR_ROLES,
  type Action,
  type Actor,
  type Brand,
  type Enrolment,
  type Grant,
  type MadeLink,
  type Role,
  type SignInAnswer,
} from '@app/contracts';
import { ApiKeyService, SignInService, addUser, totpAt, type IdentityParts } from '@app/identity';
import { accountKey } from '@app/warehouse';
import { vitrineJson } from './cli';
import { noteSecret } from './used-secrets';

/** Known to tests only; a user of a real installation never has them. */
export const TEST_PASSWORD = 'nine grey whales hum along';
export const TEST_TOTP = 'KRSXG5BAONSWG4TFOQQHI33UOAQGCYTD';
noteSecret(TEST_PASSWORD, TEST_TOTP);
const CHEAP = { memoryKib: 8, passes: 1, lanes: 1 };
const STEP_MS = 30_000;
const MAKER: Actor = { kind: 'operator', id: 'test', name: 'test' };

/** What a request carries to be the user's. */
export interface SignedIn {
  headers: { authorization: string };
  /** Of the refresh cookie. */
  cookie: string;
}

/** Rows of a role's user: of the brand in cli-brand.ts unless others are given. */
const rowsOf = (role: Role, brandId: number): Grant[] => {
  if (role === 'region-manager') return [{ kind: 'region', path: '华东', from: 0, to: null }];
  if (role === 'dealer-group') return [{ kind: 'dealer-group', name: '启明集团' }];
  if (role === 'dealer') return [{ kind: 'dealer', dealerId: 'D01' }];
  if (role === 'host') return [{ kind: 'account', accountKey: String(accountKey(brandId, 'douyin', '007')) }];
  return [{ kind: 'brand' }];
};

/** Somebody who may sign in, of whichever role. */
export interface Person {
  login: string;
  role: Role;
  grants: Grant[];
}

const ORIGIN = { ip: null, userAgent: null, requestId: null };

/** People of a brand, all with TEST_PASSWORD, signed in through the product's own services. */
export class People {
  private readonly parts: IdentityParts;

  constructor(
    parts: Pick<IdentityParts, 'dataSource' | 'secret'> & Partial<IdentityParts>,
    private readonly brand: Pick<Brand, 'brandId' | 'code'>,
  ) {
    const clock = { now: () => Date.now() };
    this.parts = { clock, logger: { info: () => undefined, warn: () => undefined }, ...parts, passwordCost: CHEAP };
  }

  /** Answers the id. */
  add({ login, role, grants }: Person): Promise<string> {
    const totpSecret = SECOND_FACTOR_ROLES.includes(role) ? TEST_TOTP : undefined;
    return addUser(this.parts, this.brand, { login, name: login, role, grants, password: TEST_PASSWORD, totpSecret }, MAKER);
  }

  /** An access token of somebody, as it was given `ago` milliseconds ago. With a second factor each has to be younger than the one before. */
  async token(login: string, ago = 0): Promise<string> {
    const now = this.parts.clock.now() - ago;
    const clock = { now: () => now };
    const service = new SignInService({ ...this.parts, clock });
    const first = await service.signIn({ brand: this.brand.code, login, password: TEST_PASSWORD }, ORIGIN);
    const step =
      first.answer.step === 'second-factor' ? await service.secondFactor(first.answer.challenge, totpAt(TEST_TOTP, now), ORIGIN) : first;
    if (step.answer.step !== 'done') throw new Error(`${login} is not signed in: ${step.answer.step}`);
    noteSecret(step.answer.accessToken, step.refreshToken ?? '');
    return step.answer.accessToken;
  }

  /** A key of a program, made by the operator. */
  async key(name: string, grants: Grant[], actions: readonly Action[] = KEY_ACTIONS): Promise<string> {
    const { secret } = await new ApiKeyService(this.parts, KEY_ACTIONS).create(
      this.brand.brandId,
      { name, grants, actions, days: 1 },
      MAKER,
    );
    noteSecret(secret);
    return secret;
  }
}

/** A user per role, whose login is the role's name. */
export async function addTestUsers(
  stores: Pick<IdentityParts, 'dataSource' | 'secret'>,
  brand: Pick<Brand, 'brandId' | 'code'>,
  grants: Partial<Record<Role, Grant[]>> = {},
): Promise<Record<Role, string>> {
  const people = new People(stores, brand);
  const ids: Partial<Record<Role, string>> = {};
  for (const role of ROLES) ids[role] = await people.add({ login: role, role, grants: grants[role] ?? rowsOf(role, brand.brandId) });
  return ids as Record<Role, string>;
}

/** The newest step of which a code was used, by installation and user: none is taken twice. */
const usedSteps = new Map<string, number>();

/** A code that was not used yet; waits where the next two steps were, too. */
export async function freshCode(user: string): Promise<string> {
  for (;;) {
    const now = Math.floor(Date.now() / STEP_MS);
    // the one before is taken no more once this one is over: not where that may happen on the way
    const earliest = Date.now() % STEP_MS > STEP_MS / 2 ? now : now - 1;
    const step = Math.max(earliest, (usedSteps.get(user) ?? 0) + 1);
    if (step <= now + 1) {
      usedSteps.set(user, step);
      return totpAt(TEST_TOTP, step * STEP_MS);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Signs the user of a role in over HTTP; `installation` tells apart installations whose addresses change. */
export const signedIn = (url: string, role: Role = 'brand-admin', installation = url): Promise<SignedIn> =>
  signedInAs(url, role, installation);

async function signedInAs(url: string, login: string, installation: string): Promise<SignedIn> {
  const first = await post(`${url}/api/v1/auth/sign-in`, { login, password: TEST_PASSWORD });
  const last =
    first.answer.step === 'second-factor'
      ? await post(`${url}/api/v1/auth/second-factor`, {
          challenge: first.answer.challenge,
          code: await freshCode(`${installation} ${login}`),
        })
      : first;
  if (last.answer.step !== 'done') throw new Error(`not signed in as ${login}: ${last.answer.step}`);
  noteSecret(last.answer.accessToken, last.cookie.slice(last.cookie.indexOf('=') + 1));
  return { headers: { authorization: `Bearer ${last.answer.accessToken}` }, cookie: last.cookie };
}

/** A data operator of a product that runs on a folder without users, by an invitation of the command line. */
export async function invitedReader(url: string, dataDir: string): Promise<SignedIn> {
  const invite = ['--data', dataDir, 'users', 'invite', 'reader', '--name', 'Reader', '--role', 'data-operator', '--json'];
  const { token } = await vitrineJson<MadeLink>(invite);
  const headers = { 'content-type': 'application/json', connection: 'close' };
  const used = await fetch(`${url}/api/v1/auth/links/use`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ token, password: TEST_PASSWORD }),
  });
  if (!used.ok) throw new Error(`the link was refused: ${used.status}`);
  return signedInAs(url, 'reader', url);
}

async function post(url: string, body: object): Promise<{ answer: SignInAnswer; cookie: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return { answer: (await response.json()) as SignInAnswer, cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '' };
}

const WRONG_PASSWORD = 'MARK wrong password of a door';
const DOOR_PASSWORD = 'MARK right password of a door';

/**
 * Uses everything that opens a door once, rightly and wrongly: the link of an invited auditor, password, code, recovery code, access and refresh token, key.
 * Answers all of it: nothing of it may be found anywhere afterwards.
 */
export async function openEveryDoor(url: string, { login, link, key }: { login: string; link: string; key: string }): Promise<string[]> {
  const used = new Set([WRONG_PASSWORD, DOOR_PASSWORD, link, key]);
  const auth = async <Body>(address: string, body: object, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}/api/v1/auth/${address}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    if (cookie.length > 40) used.add(cookie.split('=')[1]);
    return { status: response.status, body: (text ? JSON.parse(text) : {}) as Body, cookie };
  };
  const overview = (bearer: string) =>
    fetch(`${url}/api/v1/overview`, { headers: { authorization: `Bearer ${bearer}` } }).then((answer) => answer.text());
  await auth('links/look', { token: link });
  await auth('links/use', { token: link, password: DOOR_PASSWORD });
  await auth('links/use', { token: link, password: WRONG_PASSWORD });
  await auth('sign-in', { login, password: WRONG_PASSWORD });
  const first = await auth<{ challenge: string }>('sign-in', { login, password: DOOR_PASSWORD });
  const { challenge } = first.body;
  const { secret, uri } = (await auth<Enrolment>('enrolment', { challenge })).body;
  const confirmed = await auth<{ accessToken: string; recoveryCodes: string[] }>('enrolment/confirm', {
    challenge,
    code: totpAt(secret, Date.now()),
  });
  const { accessToken, recoveryCodes } = confirmed.body;
  for (const one of [challenge, secret, uri, accessToken, ...recoveryCodes]) used.add(one);
  await overview(accessToken);
  await overview(`${accessToken.slice(0, -4)}AAAA`);
  await auth('refresh', {}, { cookie: confirmed.cookie });
  await auth('refresh', {}, { cookie: confirmed.cookie, 'user-agent': 'a thief' });
  const second = await auth<{ challenge: string }>('sign-in', { login, password: DOOR_PASSWORD });
  used.add(second.body.challenge);
  await auth('second-factor', { challenge: second.body.challenge, code: recoveryCodes[0] });
  await overview(key);
  await overview(`${key.slice(0, -4)}AAAA`);
  if (used.size < 20) throw new Error(`only ${used.size} things were used`);
  return [...used];
}
