import { hashPassword, needsRehash, PASSWORD_COST, verifyPassword } from './password-hash';
import { LONGEST_PASSWORD, passwordFault } from './password-rules';

const CHEAP = { memoryKib: 8, passes: 1, lanes: 1 };

describe('passwords', () => {
  it('are kept as argon2id at no less than OWASP asks for', () => {
    const { memoryKib, passes, lanes } = PASSWORD_COST;
    expect(memoryKib).toBeGreaterThanOrEqual(19_456);
    expect(passes).toBeGreaterThanOrEqual(2);
    expect(lanes).toBe(1);
  });

  it('open with the same characters only, however these are composed', async () => {
    const hash = await hashPassword('Ünïque horse é battery', CHEAP);
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$/);
    expect(await verifyPassword(hash, 'Ünïque horse é battery'.normalize('NFD'))).toBe(true);
    expect(await verifyPassword(hash, 'Ünïque horse e battery')).toBe(false);
    expect(await verifyPassword('no hash', 'x')).toBe(false);
    expect(await hashPassword('Ünïque horse é battery', CHEAP)).not.toBe(hash);
  });

  it('a hash of another cost asks to be made anew', async () => {
    const hash = await hashPassword('x', CHEAP);
    expect(needsRehash(hash, CHEAP)).toBe(false);
    for (const cost of [{ ...CHEAP, memoryKib: 16 }, { ...CHEAP, passes: 2 }, PASSWORD_COST]) expect(needsRehash(hash, cost)).toBe(true);
    expect(needsRehash('anything', CHEAP)).toBe(true);
  });

  it.each([
    'short',
    '12345678901',
    'password1234',
    'passwordpassword',
    'aaaaaaaaaaaaaa',
    '123456789012345',
    'qwerty123456789',
    'wang.fang-brand-2026',
    'abababababab',
    'iloveyou5201314',
  ])('%j is refused', (password) => expect(passwordFault(password, ['wang.fang', 'Wang Fang', 'brand'])).not.toBeNull());

  it.each(['correct horse battery', '三人行必有我师焉择其善者而从之', 'k7#Qz!m2Lp9x', 'abcd-ktzw-2ylm-9qp3'])('%j is taken', (password) =>
    expect(passwordFault(password, ['wang.fang', 'Wang Fang', 'brand'])).toBeNull(),
  );

  it('has an upper bound, so that nobody is kept busy with hashing', () => {
    const long = Array.from({ length: LONGEST_PASSWORD }, (_, at) => String.fromCodePoint(0x4e00 + ((at * 7919) % 5000))).join('');
    expect(passwordFault(long, [])).toBeNull();
    expect(passwordFault(`${long}x`, [])).not.toBeNull();
  });
});
