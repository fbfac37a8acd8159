import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import type { DataSource } from 'typeorm';
import { Clock, deriveKey } from '@app/config';
import { KEY_ACTIONS } from '@app/access';
import type { Actor, Brand, Grant, Role, SignInAnswer } from '@app/contracts';
import { createDataSource, ensureBrand, listActs, migrateDatabase, resealAll, verifyActs } from '@app/database';
import {
  addUser,
  ApiKeyService,
  Authenticator,
  OidcService,
  SessionService,
  SignInService,
  totpAt,
  UserService,
  type IdentityParts,
  type RequestOrigin,
  type SignInStep,
} from '@app/identity';
import { FourEyes } from '../../apps/api/src/http/four-eyes';
import { OpenidProvider } from '../support/openid-provider';
import { openEmbeddedPostgres, type PostgresUnderTest } from './database-servers';

const CHEAP = { memoryKib: 8, passes: 1, lanes: 1 };
const SECRET = 'the secret of this installation';
const MINUTE = 60_000;
const DAY = 86_400_000;
const OPERATOR: Actor = { kind: 'operator', id: 'op', name: 'op' };
const ALL: Grant[] = [{ kind: 'brand' }];
const TOTP = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const password = (login: string) => `${login} rides seven green camels`;
let address = 0;
/** A request from an address of its own, so that only the tests of addresses share one. */
const from = (more: Partial<RequestOrigin> = {}): RequestOrigin => ({
  ip: `198.51.100.${++address % 250}`,
  userAgent: 'browser',
  requestId: 'r',
  ...more,
});

class SetClock extends Clock {
  shift = 0;
  now(): number {
    return Date.now() + this.shift;
  }
}

/** One installation with two brands; each test makes the users that it needs. */
describe('identity', () => {
  let postgres: PostgresUnderTest;
  const stores = {} as { dataSource: DataSource; secret: string };
  let one: Brand;
  let two: Brand;
  let parts: IdentityParts;
  let signIns: SignInService;
  let sessions: SessionService;
  let users: UserService;
  let keys: ApiKeyService;
  let authenticator: Authenticator;
  const clock = new SetClock();
  const logged: string[] = [];
  const log = (fields: object, text: string) => void logged.push(JSON.stringify(fields) + text);

  beforeAll(async () => {
    postgres = await openEmbeddedPostgres(); // no fact is asked for, so no fact store is started
    const dataSource = createDataSource(postgres.address);
    await migrateDatabase(dataSource);
    Object.assign(stores, { dataSource, secret: SECRET });
    one = await ensureBrand(dataSource, { code: 'one', name: 'One', zone: 'Asia/Shanghai' });
    two = await ensureBrand(dataSource, { code: 'two', name: 'Two', zone: 'Asia/Shanghai' });
    await dataSource.query(`INSERT INTO dealer (brand_id, dealer_id) VALUES ($1, 'D01')`, [one.brandId]);
    parts = {
      ...stores,
      clock,
      logger: { info: log, warn: log } as unknown as IdentityParts['logger'],
      passwordCost: CHEAP,
      refusalMs: 60,
    };
    signIns = new SignInService(parts);
    sessions = new SessionService(parts, signIns);
    users = new UserService(parts);
    keys = new ApiKeyService(parts, KEY_ACTIONS);
    authenticator = new Authenticator(parts);
  });
  afterAll(async () => {
    await stores.dataSource?.destroy();
    await postgres?.close();
  });
  // nothing that opens a door stands in a log
  afterEach(() => {
    for (const line of logged) expect(line).not.toMatch(/camels|eyJ|vk_[0-9a-f]{18}_|JBSWY3DP/);
  });

  const user = (login: string, role: Role = 'read-only', more: { grants?: Grant[]; totpSecret?: string; brand?: Brand } = {}) =>
    addUser(
      parts,
      more.brand ?? one,
      { login, name: login, role, grants: more.grants ?? ALL, password: password(login), totpSecret: more.totpSecret },
      OPERATOR,
    );
  const signIn = (login: string, more: { brand?: string; password?: string; origin?: RequestOrigin } = {}) =>
    signIns.signIn({ brand: more.brand ?? 'one', login, password: more.password ?? password(login) }, more.origin ?? from());
  const done = ({ answer, refreshToken }: Pick<SignInStep, 'answer' | 'refreshToken'>) => {
    if (answer.step !== 'done' || refreshToken === null) throw new Error(`not signed in: ${answer.step}`);
    return { ...answer, refreshToken };
  };
  const challengeOf = (answer: SignInAnswer) => ('challenge' in answer ? answer.challenge : '');
  const principal = (token: string) => authenticator.principalOf(token, from());
  const refused = { code: 'unauthorized' };
  const acts = async (brand = one) => (await listActs(stores.dataSource, brand.brandId, { limit: 500 })).map(({ action }) => action);

  describe('password and session', () => {
    it('a user of a brand signs in by login, whatever its case, and is who they are', async () => {
      const userId = await user('li.lei', 'dealer', { grants: [{ kind: 'dealer', dealerId: 'D01' }] });
      const { accessToken, user: told, expiresInSeconds } = done(await signIn(' Li.LEI '.trim(), { password: password('li.lei') }));
      expect(told).toEqual({
        userId,
        login: 'li.lei',
        name: 'li.lei',
        role: 'dealer',
        brand: { code: 'one', name: 'One' },
        secondFactor: false,
        reaches: expect.objectContaining({ 'report.read': 'own', 'session.own': 'own' }) as object,
      });
      expect(told.reaches).not.toHaveProperty(['user.write']);
      expect(expiresInSeconds).toBeLessThanOrEqual(900);
      expect(await principal(accessToken)).toEqual({
        actor: { kind: 'user', id: userId, name: 'li.lei' },
        brandCode: 'one',
        role: 'dealer',
        sessionId: expect.any(String) as string,
        grants: [{ kind: 'dealer', dealerId: 'D01' }],
      });
      expect(await acts()).toEqual(expect.arrayContaining(['session.open', 'user.add']));
    });

    it('two brands may have users of one login; each signs in to their own', async () => {
      await user('shared');
      await user('shared', 'read-only', { brand: two });
      expect(done(await signIn('shared', { brand: 'two' })).user.brand.code).toBe('two');
      expect(done(await signIn('shared', { brand: 'one' })).user.brand.code).toBe('one');
    });

    it('every wrong sign-in has one answer, in one time, whether the user exists or not', async () => {
      await user('known');
      const disabled = await user('gone');
      await users.change(one.brandId, disabled, { state: 'disabled' }, OPERATOR);
      await users.invite(one.brandId, { login: 'invited', name: 'x', role: 'read-only', grants: ALL }, OPERATOR);
      const tries = [
        { login: 'known', password: 'wrong' },
        { login: 'nobody', password: 'wrong' },
        { login: 'gone', password: password('gone') },
        { login: 'invited', password: 'nobody has this password' },
        { login: 'known', password: password('known'), brand: 'two' },
        { login: 'known', password: password('known'), brand: 'none' },
      ];
      const answers: string[] = [];
      for (const { login, ...more } of tries) {
        const began = performance.now();
        const error = await signIn(login, more).catch((caught: unknown) => caught as Error);
        expect(performance.now() - began).toBeGreaterThanOrEqual(55);
        expect(error).toMatchObject(refused);
        answers.push(JSON.stringify(error));
      }
      expect(new Set(answers).size).toBe(1);
    });

    it('an account is held back after some wrong tries, existing or not, and nobody gets in meanwhile', async () => {
      await user('target');
      const outcomes = async (login: string) => {
        const codes: string[] = [];
        for (let index = 0; index < 7; index++)
          codes.push(
            await signIn(login, { password: 'wrong' }).then(
              () => 'in',
              (error: { code: string }) => error.code,
            ),
          );
        return codes;
      };
      const existing = await outcomes('target');
      expect(existing).toEqual([...Array<string>(5).fill('unauthorized'), 'too_many', 'too_many']);
      expect(await outcomes('nobody-either')).toEqual(existing);
      await expect(signIn('target')).rejects.toMatchObject({ code: 'too_many' });
      expect((await acts()).filter((action) => action === 'user.held-back')).toHaveLength(1);
      clock.shift += 6_000;
      done(await signIn('target'));
      // success forgets: five more tries are free
      expect(await signIn('target', { password: 'wrong' }).catch((error: { code: string }) => error.code)).toBe('unauthorized');
    });

    it('many tries at once are no way around', async () => {
      await user('rushed');
      const codes = await Promise.all(
        Array.from({ length: 30 }, () =>
          signIn('rushed', { password: 'wrong' }).then(
            () => 'in',
            (error: { code: string }) => error.code,
          ),
        ),
      );
      expect(codes.filter((code) => code === 'unauthorized')).toHaveLength(5);
    });

    it('an address that tries many accounts is held back', async () => {
      await user('neighbour');
      const origin = from({ ip: '203.0.113.9' });
      for (let index = 0; index < 30; index++) await signIn(`guess${index}`, { password: 'wrong', origin }).catch(() => undefined);
      await expect(signIn('neighbour', { origin })).rejects.toMatchObject({ code: 'too_many' });
      done(await signIn('neighbour'));
    });

    it('a password of a former cost is hashed anew when it is used', async () => {
      const userId = await user('old.cost');
      const dearer = new SignInService({ ...parts, passwordCost: { ...CHEAP, passes: 2 } });
      done(await dearer.signIn({ brand: 'one', login: 'old.cost', password: password('old.cost') }, from()));
      const [{ hash }] = (await stores.dataSource.query('SELECT password_hash AS hash FROM app_user WHERE user_id = $1', [userId])) as {
        hash: string;
      }[];
      expect(hash).toMatch(/t=2,/);
      done(await signIn('old.cost'));
    });
  });

  describe('tokens', () => {
    it('are refused when session, user or brand does not stand behind them', async () => {
      const userId = await user('token.user');
      const { accessToken } = done(await signIn('token.user'));
      const { sessionId } = await principal(accessToken);
      const signed = (claims: object) =>
        new SignJWT({ iss: 'vitrine', aud: 'api', sub: userId, sid: sessionId, brand: 'one', ...claims })
          .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: keyId(accessToken) })
          .setIssuedAt(Math.floor(clock.now() / 1000))
          .setExpirationTime(Math.floor(clock.now() / 1000) + 60)
          .sign(deriveKey(stores.secret, 'tokens:v1'));
      await principal(await signed({})); // what the others differ from
      const other = await user('another');
      for (const claims of [
        { brand: 'two' },
        { sub: other },
        { sid: '00000000-0000-4000-8000-000000000000' },
        { sid: 'x' },
        { sid: undefined },
      ])
        await expect(principal(await signed(claims))).rejects.toMatchObject(refused);
      expect(logged.join('\n')).toMatch(/token of another brand/);
      clock.shift += 16 * MINUTE;
      await expect(principal(accessToken)).rejects.toMatchObject(refused);
    });

    it('what is revoked, disabled or given other rows holds at the next request', async () => {
      const userId = await user('moved');
      const first = done(await signIn('moved'));
      const second = done(await signIn('moved'));
      const { sessionId } = await principal(first.accessToken);
      const own = { userId, sessionId: sessionId ?? '' };
      expect(await sessions.list(own)).toHaveLength(2);
      expect((await sessions.list(own)).filter(({ current }) => current)).toHaveLength(1);
      const stranger = { userId: await user('stranger'), sessionId: '' };
      await expect(sessions.end(stranger, own.sessionId)).rejects.toMatchObject({ code: 'not_found' });
      await sessions.end(own, own.sessionId);
      await expect(principal(first.accessToken)).rejects.toMatchObject(refused);
      await expect(sessions.refresh(first.refreshToken, from())).rejects.toMatchObject(refused);
      await principal(second.accessToken);
      await users.change(one.brandId, userId, { role: 'dealer', grants: [{ kind: 'dealer', dealerId: 'D01' }] }, OPERATOR);
      await expect(principal(second.accessToken)).rejects.toMatchObject(refused);
      const third = done(await signIn('moved'));
      expect((await principal(third.accessToken)).role).toBe('dealer');
      await users.change(one.brandId, userId, { state: 'disabled' }, OPERATOR);
      await expect(principal(third.accessToken)).rejects.toMatchObject(refused);
    });

    it('a refresh token is exchanged; a spent one that comes again ends the whole session', async () => {
      await user('stolen');
      const origin = from();
      const { refreshToken } = done(await signIn('stolen', { origin }));
      const next = await sessions.refresh(refreshToken, origin);
      const third = await sessions.refresh(next.refreshToken, origin);
      await principal(third.answer.accessToken);
      clock.shift += MINUTE;
      await expect(sessions.refresh(refreshToken, origin)).rejects.toMatchObject(refused);
      await expect(principal(third.answer.accessToken)).rejects.toMatchObject(refused);
      await expect(sessions.refresh(third.refreshToken, origin)).rejects.toMatchObject(refused);
      expect((await acts()).filter((action) => action === 'session.reuse')).toHaveLength(1);
    });

    it('two tabs, or an answer that got lost, sign nobody out, and end up with one token', async () => {
      await user('two.tabs');
      const origin = from();
      const { refreshToken } = done(await signIn('two.tabs', { origin }));
      const answers = await Promise.all([1, 2, 3].map(() => sessions.refresh(refreshToken, origin)));
      expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
      // one tab is ahead by a turn: the late one gets the newest, not the one between
      const ahead = await sessions.refresh(answers[0].refreshToken, origin);
      expect((await sessions.refresh(refreshToken, origin)).refreshToken).toBe(ahead.refreshToken);
      clock.shift += MINUTE;
      await sessions.refresh(ahead.refreshToken, origin);
    });

    it('a spent one from elsewhere is a theft, however soon', async () => {
      await user('elsewhere');
      const origin = from();
      const { refreshToken } = done(await signIn('elsewhere', { origin }));
      const next = await sessions.refresh(refreshToken, origin);
      await expect(sessions.refresh(refreshToken, from({ userAgent: 'other' }))).rejects.toMatchObject(refused);
      await expect(sessions.refresh(next.refreshToken, origin)).rejects.toMatchObject(refused);
    });

    it('a session ends when it is not used for a day, and after a week in any case; signing out ends it', async () => {
      await user('sleeper');
      const origin = from();
      let { refreshToken } = done(await signIn('sleeper', { origin }));
      for (let day = 0; day < 6; day++) {
        clock.shift += DAY - MINUTE;
        ({ refreshToken } = await sessions.refresh(refreshToken, origin));
      }
      clock.shift += DAY;
      await expect(sessions.refresh(refreshToken, origin)).rejects.toMatchObject(refused);
      const again = done(await signIn('sleeper', { origin }));
      await sessions.signOut(again.refreshToken);
      await sessions.signOut(again.refreshToken);
      await expect(principal(again.accessToken)).rejects.toMatchObject(refused);
      clock.shift += 8 * DAY;
    });
  });

  it('sessions are as long as the installation says', async () => {
    await user('short');
    const times = { idleMs: 30 * MINUTE, longestMs: 12 * 60 * MINUTE };
    const strict = new SignInService({ ...parts, sessionTimes: times });
    const origin = from();
    const own = new SessionService({ ...parts, sessionTimes: times }, strict);
    const open = async () => done(await strict.signIn({ brand: 'one', login: 'short', password: password('short') }, origin)).refreshToken;
    const idle = await open();
    clock.shift += 31 * MINUTE;
    await expect(own.refresh(idle, origin)).rejects.toMatchObject(refused);
    let busy = await open();
    for (let turn = 0; turn < 24; turn++) {
      clock.shift += 29 * MINUTE;
      ({ refreshToken: busy } = await own.refresh(busy, origin));
    }
    clock.shift += 25 * MINUTE;
    await expect(own.refresh(busy, origin)).rejects.toMatchObject(refused);
  });

  describe('second factor', () => {
    it('who needs one and has none may do nothing but set it up', async () => {
      await user('new.auditor', 'auditor');
      const { answer, refreshToken } = await signIn('new.auditor');
      expect({ step: answer.step, refreshToken }).toEqual({ step: 'enrol', refreshToken: null });
      const challenge = challengeOf(answer);
      await expect(principal(challenge)).rejects.toMatchObject(refused);
      await expect(signIns.secondFactor(challenge, '123456', from())).rejects.toMatchObject(refused);
      const { secret, uri } = await signIns.enrol(challenge, from());
      expect(uri).toContain(secret);
      await expect(signIns.confirmEnrolment(challenge, '000000', from())).rejects.toMatchObject({ code: 'unauthorized' });
      const confirmed = await signIns.confirmEnrolment(challenge, totpAt(secret, clock.now()), from());
      expect(confirmed.recoveryCodes).toHaveLength(10);
      expect((await principal(done(confirmed).accessToken)).role).toBe('auditor');
      await expect(signIns.enrol(challenge, from())).rejects.toMatchObject({ code: 'conflict' });
      // the code with which it was set up is spent
      const next = await signIn('new.auditor');
      await expect(signIns.secondFactor(challengeOf(next.answer), totpAt(secret, clock.now()), from())).rejects.toMatchObject(refused);
      clock.shift += 30_000;
      done(await signIns.secondFactor(challengeOf(next.answer), totpAt(secret, clock.now()), from()));
      const stored = JSON.stringify(await stores.dataSource.query('SELECT * FROM user_second_factor, user_recovery_code'));
      for (const told of [secret, ...confirmed.recoveryCodes]) expect(stored).not.toContain(told);
    });

    it('a code works once, a recovery code works once, wrong ones are counted', async () => {
      await user('careful', 'senior-auditor', { totpSecret: TOTP });
      const challenge = challengeOf((await signIn('careful')).answer);
      const code = totpAt(TOTP, clock.now());
      const taken = await Promise.allSettled([1, 2, 3].map(() => signIns.secondFactor(challenge, code, from())));
      expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      clock.shift += MINUTE;
      const codes: string[] = [];
      for (let index = 0; index < 6; index++)
        codes.push(
          await signIns.secondFactor(challenge, '000000', from()).then(
            () => 'in',
            (error: { code: string }) => error.code,
          ),
        );
      expect(codes.at(-1)).toBe('too_many');
      await expect(signIns.secondFactor(challenge, totpAt(TOTP, clock.now()), from())).rejects.toMatchObject({ code: 'too_many' });
    });

    it('a recovery code takes the place of a code, once', async () => {
      await user('lost.phone', 'auditor');
      const enrol = challengeOf((await signIn('lost.phone')).answer);
      const { secret } = await signIns.enrol(enrol, from());
      const { recoveryCodes } = await signIns.confirmEnrolment(enrol, totpAt(secret, clock.now()), from());
      const challenge = challengeOf((await signIn('lost.phone')).answer);
      done(await signIns.secondFactor(challenge, recoveryCodes[3].toLowerCase(), from()));
      await expect(signIns.secondFactor(challenge, recoveryCodes[3], from())).rejects.toMatchObject(refused);
      done(await signIns.secondFactor(challenge, recoveryCodes[4], from()));
    });

    it('a step ends with its time and with the password', async () => {
      const userId = await user('slow', 'auditor', { totpSecret: TOTP });
      const late = challengeOf((await signIn('slow')).answer);
      clock.shift += 6 * MINUTE;
      await expect(signIns.secondFactor(late, totpAt(TOTP, clock.now()), from())).rejects.toMatchObject(refused);
      const before = challengeOf((await signIn('slow')).answer);
      const { token } = await users.resetLink(one.brandId, userId, OPERATOR);
      await users.useLink(token, 'quite another long sentence');
      await expect(signIns.secondFactor(before, totpAt(TOTP, clock.now()), from())).rejects.toMatchObject(refused);
    });

    it('a new role that needs one ends what was signed in without', async () => {
      const userId = await user('promoted');
      const { accessToken } = done(await signIn('promoted'));
      await stores.dataSource.query(`UPDATE app_user SET role = 'auditor' WHERE user_id = $1`, [userId]);
      await expect(principal(accessToken)).rejects.toMatchObject(refused);
    });

    it('that is lost is taken away by the operator: then another is set up', async () => {
      const userId = await user('no.phone', 'auditor', { totpSecret: TOTP });
      expect(await users.resetSecondFactor(one.brandId, userId, OPERATOR)).toBe(true);
      expect(await users.resetSecondFactor(one.brandId, userId, OPERATOR)).toBe(false);
      expect((await signIn('no.phone')).answer.step).toBe('enrol');
    });

    it('of one’s own is begun with the password again, or right after a company sign-in; tries are counted', async () => {
      const userId = await user('at.the.desk');
      const own = { userId, sessionId: (await principal(done(await signIn('at.the.desk')).accessToken)).sessionId! };
      await expect(sessions.enrol(own, undefined, from())).rejects.toMatchObject({ code: 'bad_input' });
      for (const wrong of ['', password('somebody')])
        await expect(sessions.enrol(own, wrong, from())).rejects.toMatchObject({
          code: 'forbidden',
          options: { details: [{ field: 'password' }] },
        });
      const { secret } = await sessions.enrol(own, password('at.the.desk'), from());
      await signIns.finishEnrolment(await sessions.own(userId), totpAt(secret, clock.now()), from());
      await expect(sessions.enrol(own, password('at.the.desk'), from())).rejects.toMatchObject({ code: 'conflict' });
      const guessing = { userId: await user('guessed'), sessionId: own.sessionId };
      for (let tries = 0; tries < 5; tries++)
        await expect(sessions.enrol(guessing, 'x', from())).rejects.toMatchObject({ code: 'forbidden' });
      await expect(sessions.enrol(guessing, password('guessed'), from())).rejects.toMatchObject({ code: 'too_many' });
      // who has no password has signed in by the company
      const company = await user('of.the.company');
      const { sessionId } = await principal(done(await signIn('of.the.company')).accessToken);
      await stores.dataSource.query('UPDATE app_user SET password_hash = NULL, password_changed_at = NULL WHERE user_id = $1', [company]);
      const fresh = { userId: company, sessionId: sessionId! };
      expect((await sessions.enrol(fresh, undefined, from())).secret).toMatch(/^[A-Z2-7]{32}$/);
      clock.shift += 11 * MINUTE;
      await expect(sessions.enrol(fresh, undefined, from())).rejects.toMatchObject({ code: 'forbidden' });
    });

    it('survives a rotation of the secret', async () => {
      const userId = await user('rotated', 'auditor', { totpSecret: TOTP });
      await resealAll(stores.dataSource, { previous: stores.secret, next: 'the next secret of this installation' });
      const rotated = new UserService({ ...parts, secret: 'the next secret of this installation' });
      expect(await rotated.code(one.brandId, userId, OPERATOR)).toBe(totpAt(TOTP, clock.now()));
      await resealAll(stores.dataSource, { previous: 'the next secret of this installation', next: stores.secret });
    });
  });

  describe('invitations, links, passwords', () => {
    const invite = (login: string, more: object = {}) =>
      users.invite(one.brandId, { login, name: 'New', role: 'read-only', grants: ALL, ...more }, OPERATOR);

    it('an invited user sets a password by a link that works once, within three days', async () => {
      const { user: made, link } = await invite('new@example.com');
      expect(made).toMatchObject({ login: 'new@example.com', email: 'new@example.com', state: 'invited' });
      expect(await users.purposeOf(link.token)).toEqual({ kind: 'invitation', login: 'new@example.com', name: 'New', brand: 'One' });
      await expect(users.useLink(link.token, 'password12345')).rejects.toMatchObject({ code: 'unprocessable' });
      const both = await Promise.allSettled(
        ['first sentence that holds', 'second sentence that holds'].map((text) => users.useLink(link.token, text)),
      );
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      await expect(users.purposeOf(link.token)).rejects.toMatchObject(refused);
      expect(await users.get(one.brandId, made.userId)).toMatchObject({ state: 'active' });
      const late = await invite('late');
      clock.shift += 3 * DAY;
      await expect(users.useLink(late.link.token, 'a sentence that comes late')).rejects.toMatchObject(refused);
      const stored = JSON.stringify(await stores.dataSource.query('SELECT * FROM user_link'));
      expect(stored).not.toContain(link.token);
    });

    it('a newer link ends the older, a used one ends every session, the second factor stays', async () => {
      const userId = await user('forgetful', 'auditor', { totpSecret: TOTP });
      const step = await signIn('forgetful');
      const { accessToken } = done(await signIns.secondFactor(challengeOf(step.answer), totpAt(TOTP, clock.now()), from()));
      const older = await users.resetLink(one.brandId, userId, OPERATOR);
      const newer = await users.resetLink(one.brandId, userId, OPERATOR);
      await expect(users.useLink(older.token, 'a sentence of the older link')).rejects.toMatchObject(refused);
      await users.useLink(newer.token, 'a sentence of the newer link');
      await expect(principal(accessToken)).rejects.toMatchObject(refused);
      expect((await signIn('forgetful', { password: 'a sentence of the newer link' })).answer.step).toBe('second-factor');
    });

    it('a sign-in that a new password overtakes opens no session behind it', async () => {
      const userId = await user('overtaken');
      const before = await sessions.own(userId);
      const { token } = await users.resetLink(one.brandId, userId, OPERATOR);
      await users.useLink(token, 'quite another long sentence');
      const proceed = (known: typeof before) => signIns.proceed(known, from(), { by: 'password', now: clock.now() });
      await expect(proceed(before)).rejects.toMatchObject(refused);
      done(await proceed(await sessions.own(userId)));
    });

    it('a changed password ends all other sessions and no other way in', async () => {
      const userId = await user('changer');
      const [here, there] = [done(await signIn('changer')), done(await signIn('changer'))];
      const own = { userId, sessionId: (await principal(here.accessToken)).sessionId ?? '' };
      await expect(sessions.changePassword(own, { current: 'wrong', next: 'seven blue whales sing' }, from())).rejects.toMatchObject({
        code: 'forbidden',
      });
      for (const next of ['short', 'changer-changer', password('changer')])
        await expect(sessions.changePassword(own, { current: password('changer'), next }, from())).rejects.toMatchObject({
          code: 'unprocessable',
        });
      const { token } = await users.resetLink(one.brandId, userId, OPERATOR);
      await sessions.changePassword(own, { current: password('changer'), next: 'seven blue whales sing' }, from());
      await expect(users.useLink(token, 'quite another long sentence')).rejects.toMatchObject(refused);
      await principal(here.accessToken);
      await expect(principal(there.accessToken)).rejects.toMatchObject(refused);
      await expect(signIn('changer')).rejects.toMatchObject(refused);
      done(await signIn('changer', { password: 'seven blue whales sing' }));
    });

    it('logins, roles and rows are checked, taken logins and other brands told apart', async () => {
      await user('taken');
      for (const [more, code] of [
        [{ login: 'TAKEN' }, 'conflict'],
        [{ login: 'a b' }, 'unprocessable'],
        [{ role: 'king' }, 'unprocessable'],
        [{ role: 'dealer', grants: ALL }, 'unprocessable'],
        [{ role: 'dealer', grants: [{ kind: 'dealer', dealerId: 'absent' }] }, 'unprocessable'],
        [{ grants: [] }, 'unprocessable'],
        [{ grants: [{ kind: 'all' }] }, 'unprocessable'],
        [{ email: 'no address' }, 'unprocessable'],
      ] as const)
        await expect(invite('fresh', more)).rejects.toMatchObject({ code });
      const { user: own } = await invite('own.brand');
      for (const work of [
        () => users.get(two.brandId, own.userId),
        () => users.change(two.brandId, own.userId, { name: 'x' }, OPERATOR),
        () => users.resetLink(two.brandId, own.userId, OPERATOR),
        () => users.endSessions(two.brandId, own.userId, OPERATOR),
        () => users.sessions(two.brandId, own.userId),
        () => users.get(one.brandId, 'x'),
      ])
        await expect(work()).rejects.toMatchObject({ code: 'not_found' });
    });

    it('whoever disables the second person is not alone by that', async () => {
      const three = await ensureBrand(stores.dataSource, { code: 'three', name: 'Three', zone: 'Asia/Shanghai' });
      const eyes = new FourEyes(stores.dataSource);
      await user('only', 'brand-admin', { brand: three });
      const invited = await users.invite(three.brandId, { login: 'slip', name: 'x', role: 'read-only', grants: ALL }, OPERATOR);
      expect(await eyes.isAlone('three')).toBe(false);
      await users.change(three.brandId, invited.user.userId, { state: 'disabled' }, OPERATOR);
      expect(await eyes.isAlone('three')).toBe(true);
      const second = await user('second', 'senior-auditor', { brand: three });
      await users.change(three.brandId, second, { state: 'disabled' }, OPERATOR);
      expect(await eyes.isAlone('three')).toBe(false);
    });

    it('nobody changes their own rights, and a brand keeps an admin', async () => {
      const first = await user('admin.one', 'brand-admin', { totpSecret: TOTP, brand: two });
      const me: Actor = { kind: 'user', id: first, name: 'admin.one' };
      await expect(users.change(two.brandId, first, { state: 'disabled' }, me)).rejects.toMatchObject({ code: 'forbidden' });
      await expect(users.change(two.brandId, first, { role: 'read-only', grants: ALL }, me)).rejects.toMatchObject({ code: 'forbidden' });
      expect((await users.change(two.brandId, first, { name: '王芳' }, me)).name).toBe('王芳');
      const other: Actor = { kind: 'user', id: 'somebody', name: 'x' };
      await expect(users.change(two.brandId, first, { state: 'disabled' }, other)).rejects.toMatchObject({ code: 'conflict' });
      await user('admin.two', 'brand-admin', { totpSecret: TOTP, brand: two });
      expect((await users.change(two.brandId, first, { state: 'disabled' }, other)).state).toBe('disabled');
    });
  });

  describe('keys of programs', () => {
    const create = (more: object = {}, actor = OPERATOR) =>
      keys.create(
        one.brandId,
        { name: 'bi', actions: ['report.read'], grants: [{ kind: 'dealer', dealerId: 'D01' }], days: 30, ...more },
        actor,
      );

    it('ask in the name of their maker, for some actions and rows, until they end', async () => {
      const { key, secret } = await create();
      expect(await principal(secret)).toEqual({
        actor: { kind: 'operator', id: 'op', name: 'op · bi' },
        brandCode: 'one',
        role: 'api-key',
        sessionId: null,
        grants: [{ kind: 'dealer', dealerId: 'D01' }],
        actions: ['report.read'],
      });
      const wrong = `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`;
      for (const bad of [wrong, `${key.keyId}_x`, key.keyId, `vk_000000000000000000_${secret.slice(-43)}`])
        await expect(principal(bad)).rejects.toMatchObject(refused);
      const stored = JSON.stringify(await stores.dataSource.query('SELECT * FROM api_key'));
      expect(stored).not.toContain(secret.slice(-43));
      expect((await keys.list(one.brandId)).find(({ keyId }) => keyId === key.keyId)?.lastUsedAt).not.toBeNull();
      expect(await keys.list(two.brandId)).toEqual([]);
      await expect(keys.revoke(two.brandId, key.keyId, OPERATOR)).rejects.toMatchObject({ code: 'not_found' });
      await keys.revoke(one.brandId, key.keyId, OPERATOR);
      await expect(principal(secret)).rejects.toMatchObject(refused);
    });

    it('are rotated with an overlap, and expire', async () => {
      const { key, secret } = await create();
      const next = await keys.rotate(one.brandId, key.keyId, { days: 30, overlapDays: 2 }, OPERATOR);
      await expect(keys.rotate(one.brandId, key.keyId, { days: 30, overlapDays: 2 }, OPERATOR)).rejects.toMatchObject({ code: 'conflict' });
      await principal(secret);
      clock.shift += 2 * DAY + MINUTE;
      await expect(principal(secret)).rejects.toMatchObject(refused);
      expect((await principal(next.secret)).grants).toEqual([{ kind: 'dealer', dealerId: 'D01' }]);
      clock.shift += 29 * DAY;
      await expect(principal(next.secret)).rejects.toMatchObject(refused);
    });

    it('carry no right to change or to decide, and end with a disabled maker', async () => {
      for (const more of [
        { actions: ['user.write'] },
        { actions: ['report.read', 'proposal.activate'] },
        { actions: [] },
        { days: 400 },
        { grants: 'all' },
      ])
        await expect(create(more)).rejects.toMatchObject({ code: 'unprocessable' });
      const userId = await user('maker');
      const { secret } = await create({}, { kind: 'user', id: userId, name: 'maker' });
      expect((await principal(secret)).actor).toEqual({ kind: 'user', id: userId, name: 'maker · bi' });
      await users.change(one.brandId, userId, { state: 'disabled' }, OPERATOR);
      await expect(principal(secret)).rejects.toMatchObject(refused);
    });

    it('that somebody makes while they are disabled or demoted does not outlive it, whoever is first', async () => {
      const userId = await user('hasty', 'brand-admin', { totpSecret: TOTP });
      const actor: Actor = { kind: 'user', id: userId, name: 'hasty' };
      const ask = { name: 'bi', actions: ['report.read'], grants: ALL, days: 30, makerRole: 'brand-admin' as const };
      const demoted = users.change(one.brandId, userId, { role: 'dealer', grants: [{ kind: 'dealer', dealerId: 'D01' }] }, OPERATOR);
      const raced = await Promise.allSettled([demoted, ...Array.from({ length: 6 }, () => keys.create(one.brandId, ask, actor))]);
      expect(raced[0].status).toBe('fulfilled');
      for (const made of raced.slice(1)) {
        if (made.status === 'rejected') expect(made.reason).toMatchObject(refused);
        else await expect(principal((made.value as { secret: string }).secret)).rejects.toMatchObject(refused);
      }
      await expect(keys.create(one.brandId, ask, actor)).rejects.toMatchObject(refused);
      // and a key that was missed when its maker was disabled opens nothing
      const other = await user('missed');
      const { secret } = await create({}, { kind: 'user', id: other, name: 'missed' });
      await principal(secret);
      await stores.dataSource.query(`UPDATE app_user SET state = 'disabled' WHERE user_id = $1`, [other]);
      await expect(principal(secret)).rejects.toMatchObject(refused);
    });

    it('end with the role of their maker, each with an act', async () => {
      const userId = await user('moved-maker');
      const { key, secret } = await create({}, { kind: 'user', id: userId, name: 'moved-maker' });
      await users.change(one.brandId, userId, { name: 'renamed' }, OPERATOR);
      await principal(secret);
      await users.change(one.brandId, userId, { role: 'dealer', grants: [{ kind: 'dealer', dealerId: 'D01' }] }, OPERATOR);
      await expect(principal(secret)).rejects.toMatchObject(refused);
      const [act] = await listActs(stores.dataSource, one.brandId, { subject: `api-key/${key.keyId}`, limit: 1 });
      expect(act).toMatchObject({ action: 'api-key.revoke', actor: OPERATOR, after: { maker: `user/${userId}` } });
    });
  });

  describe('company sign-in', () => {
    let provider: OpenidProvider;
    let oidc: OidcService;
    const redirectUri = 'http://127.0.0.1:9/api/v1/auth/oidc/callback';

    beforeAll(async () => {
      jest.spyOn(console, 'warn').mockImplementation(() => undefined); // that its store is in memory
      provider = await OpenidProvider.start(redirectUri);
      jest.restoreAllMocks();
      clock.shift = 0; // the provider lives in the real time
      const { issuer, clientId, clientSecret } = provider;
      oidc = new OidcService(parts, signIns, { issuer, clientId, clientSecret, label: 'Company', brand: 'one', redirectUri });
    });
    afterAll(() => provider?.stop());

    const by = async (person: { sub: string; email?: string; email_verified?: boolean }) => {
      const { url, carried } = await oidc.begin('one');
      return { carried, query: await provider.signIn(url, person) };
    };
    const finish = async (person: Parameters<typeof by>[0]) => {
      const { query, carried } = await by(person);
      return oidc.finish(query, carried, from());
    };

    it('opens an invited user by the verified email, and from then on by the subject', async () => {
      const { user: made } = await users.invite(
        one.brandId,
        { login: 'han', name: 'Han', email: 'Han@Company.cn', role: 'read-only', grants: ALL },
        OPERATOR,
      );
      expect(done(await finish({ sub: 's-han', email: 'han@company.cn', email_verified: true })).user.userId).toBe(made.userId);
      expect(done(await finish({ sub: 's-han', email: 'renamed@company.cn', email_verified: true })).user.userId).toBe(made.userId);
      await expect(finish({ sub: 's-other', email: 'han@company.cn', email_verified: true })).rejects.toMatchObject(refused);
      expect(await acts()).toContain('user.company');
    });

    it('makes nobody: unknown, unverified, disabled and of another brand are refused alike', async () => {
      await users.invite(one.brandId, { login: 'unverified@company.cn', name: 'U', role: 'read-only', grants: ALL }, OPERATOR);
      await users.invite(two.brandId, { login: 'two@company.cn', name: 'T', role: 'read-only', grants: ALL }, OPERATOR);
      const off = await users.invite(one.brandId, { login: 'off@company.cn', name: 'O', role: 'read-only', grants: ALL }, OPERATOR);
      await users.change(one.brandId, off.user.userId, { state: 'disabled' }, OPERATOR);
      const before = (await users.list(one.brandId)).length;
      for (const person of [
        { sub: 'a', email: 'stranger@company.cn', email_verified: true },
        { sub: 'b', email: 'unverified@company.cn', email_verified: false },
        { sub: 'c', email: 'two@company.cn', email_verified: true },
        { sub: 'd', email: 'off@company.cn', email_verified: true },
        { sub: 'e' },
      ])
        await expect(finish(person)).rejects.toMatchObject(refused);
      expect(await users.list(one.brandId)).toHaveLength(before);
    });

    it('is bound to the browser, the state and the code: none of them works for another sign-in or twice', async () => {
      await users.invite(one.brandId, { login: 'bound@company.cn', name: 'B', role: 'read-only', grants: ALL }, OPERATOR);
      const person = { sub: 's-bound', email: 'bound@company.cn', email_verified: true };
      const [first, second] = [await by(person), await by(person)];
      await expect(oidc.finish(first.query, second.carried, from())).rejects.toMatchObject(refused);
      await expect(oidc.finish(second.query, '', from())).rejects.toMatchObject(refused);
      const third = await by(person);
      done(await oidc.finish(third.query, third.carried, from()));
      await expect(oidc.finish(third.query, third.carried, from())).rejects.toMatchObject(refused);
      const late = await by(person);
      clock.shift += 11 * MINUTE;
      await expect(oidc.finish(late.query, late.carried, from())).rejects.toMatchObject(refused);
      clock.shift = 0;
    });

    it('a provider that does not answer is asked once for all who wait, and again only after a wait that doubles', async () => {
      let asked = 0;
      const silent = http.createServer((_, response) => {
        asked += 1;
        response.writeHead(503).end();
      });
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const issuer = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
      const down = new OidcService(parts, signIns, {
        issuer,
        clientId: 'c',
        clientSecret: 's',
        label: 'Company',
        brand: 'one',
        redirectUri,
      });
      try {
        const begin = () => down.begin('one').then(String, (error: { code: string }) => error.code);
        expect([down.isDown, ...(await Promise.all(Array.from({ length: 20 }, begin)))]).toEqual([
          false,
          ...Array<string>(20).fill('platform'),
        ]);
        const perTry = asked;
        for (let more = 0; more < 20; more++) expect(await begin()).toBe('platform');
        expect([asked, down.isDown]).toEqual([perTry, true]);
        for (const [wait, tries] of [
          [5_001, 2],
          [5_001, 2],
          [5_000, 3],
          [15_000, 3],
          [5_001, 4],
        ]) {
          clock.shift += wait;
          expect(await begin()).toBe('platform');
          expect([wait, asked]).toEqual([wait, tries * perTry]);
        }
      } finally {
        clock.shift = 0;
        silent.closeAllConnections();
        silent.close();
      }
    });

    it('does not take the place of our second factor', async () => {
      await users.invite(one.brandId, { login: 'auditor@company.cn', name: 'A', role: 'auditor', grants: ALL }, OPERATOR);
      expect((await finish({ sub: 's-aud', email: 'auditor@company.cn', email_verified: true })).answer.step).toBe('enrol');
    });
  });

  it('every act is in the chain of its brand, and says nothing that opens a door', async () => {
    for (const brand of [one, two]) {
      expect((await verifyActs(stores.dataSource, brand.brandId)).faults).toEqual([]);
      const told = JSON.stringify(await listActs(stores.dataSource, brand.brandId, { limit: 500 }));
      expect(told).not.toMatch(/camels|eyJ|argon2|JBSWY3DP|"token"|secret_hash/);
    }
    expect(new Set(await acts())).toEqual(
      new Set([
        ...[
          'user.add',
          'user.invite',
          'user.accept',
          'user.reset',
          'user.link',
          'user.change',
          'user.password',
          'user.held-back',
          'user.company',
        ],
        ...['session.open', 'session.end', 'session.reuse', 'second-factor.set', 'second-factor.code', 'second-factor.reset'],
        ...['api-key.create', 'api-key.rotate', 'api-key.revoke'],
      ]),
    );
  });
});

const keyId = (token: string): string =>
  (JSON.parse(Buffer.from(token.split('.')[0], 'base64url').toString('utf8')) as { kid: string }).kid;
