import type { Bilingual } from '@app/contracts';

export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 128;

/** What the passwords of leaked lists of twelve letters and more are made of. */
const COMMON = [
  'password',
  'passw0rd',
  'p@ssw0rd',
  'woaini',
  'iloveyou',
  'qwerty',
  'qazwsx',
  'asdfgh',
  'zxcvbn',
  '1q2w3e',
  '1qaz2wsx',
  'abc123',
  'a1b2c3',
  'letmein',
  'welcome',
  'changeme',
  'monkey',
  'dragon',
  'football',
  'sunshine',
  'princess',
  'superman',
  'trustno1',
  'administrator',
  'admin',
  'login',
  'master',
  'secret',
  'vitrine',
  '5201314',
  '1314520',
];
/** As much must be left when all of the above, runs and names are taken out. */
const ENOUGH_LEFT = 6;

/**
 * Why a password is refused; null: it is good. Length counts, no mixture of kinds is asked for. Refused are those of which little is left without common
 * words, runs (1234, dcba, aaaa) and what everybody knows of the user (`known`: login, name, email, brand).
 */
export function passwordFault(password: string, known: readonly string[]): Bilingual | null {
  const length = [...password.normalize('NFKC')].length;
  if (length < SHORTEST_PASSWORD)
    return { zh: `密码至少 ${SHORTEST_PASSWORD} 个字符`, en: `A password has at least ${SHORTEST_PASSWORD} characters` };
  if (length > LONGEST_PASSWORD)
    return { zh: `密码至多 ${LONGEST_PASSWORD} 个字符`, en: `A password has at most ${LONGEST_PASSWORD} characters` };
  let left = password.normalize('NFKC').toLowerCase();
  const words = known.flatMap((text) => text.toLowerCase().split(/[\s@._-]+/)).filter((word) => [...word].length >= 3);
  for (const word of [...words, ...COMMON]) left = left.replaceAll(word, '');
  left = left.replace(/[\s._-]+/g, '');
  const kinds = new Set(withoutRuns(left));
  if ([...withoutRuns(left)].length >= ENOUGH_LEFT && kinds.size >= ENOUGH_LEFT - 1) return null;
  return {
    zh: '密码太容易猜到：不要只用常见词、连续或重复的字符、登录名或姓名',
    en: 'The password is easy to guess: not only common words, runs or repeated characters, login or name',
  };
}

/** Leaves the first of characters that follow one another by the same step of -1, 0 or 1. */
function withoutRuns(text: string): string {
  const codes = [...text].map((sign) => sign.codePointAt(0)!);
  return codes
    .filter((code, at) => {
      const step = code - codes[at - 1];
      return at < 2 || Math.abs(step) > 1 || codes[at - 1] - codes[at - 2] !== step;
    })
    .map((code) => String.fromCodePoint(code))
    .join('');
}
