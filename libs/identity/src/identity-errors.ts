import { VitrineError, refusal } from '@app/contracts';

/** One answer for every reason: unknown user, wrong password, disabled, no password yet, another brand. */
export const signInRefused = (): VitrineError =>
  refusal(
    'unauthorized',
    { zh: '登录名、密码或品牌不正确，或账号不可用', en: 'Login, password or brand is wrong, or the account cannot be used' },
    {
      zh: '请核对后重试；忘记密码请向品牌管理员索取重置链接',
      en: 'Check them and try again; if the password is lost, ask your brand admin for a reset link',
    },
  );

/** The same for accounts that exist and for those that do not. */
export const tooManyTries = (waitMs: number): VitrineError => {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return refusal(
    'too_many',
    { zh: '尝试次数过多', en: 'Too many tries' },
    { zh: `请在 ${seconds} 秒后重试`, en: `Try again in ${seconds} s` },
  );
};

/** A token, session or key that does not hold: which of its checks failed stands in the log only. */
export const signInNeeded = (): VitrineError =>
  refusal(
    'unauthorized',
    { zh: '未登录或登录已失效', en: 'Not signed in, or the sign-in is over' },
    { zh: '请重新登录；程序请检查接口密钥', en: 'Sign in again; programs: check the API key' },
  );

export const codeRefused = (): VitrineError =>
  refusal(
    'unauthorized',
    { zh: '验证码不正确或已使用', en: 'The code is wrong or was used already' },
    { zh: '请等待下一个验证码，或使用一个恢复码', en: 'Wait for the next code, or use a recovery code' },
    'code',
  );

export const challengeOver = (): VitrineError =>
  refusal(
    'unauthorized',
    { zh: '登录步骤已超时', en: 'This step of the sign-in is over' },
    { zh: '请重新登录', en: 'Begin the sign-in again' },
  );

export const linkOver = (): VitrineError =>
  refusal(
    'unauthorized',
    { zh: '链接无效、已使用或已过期', en: 'The link is not valid, was used already, or is over' },
    { zh: '请向品牌管理员索取新链接', en: 'Ask your brand admin for a new link' },
  );

/** `field`: where it was given. */
export const passwordWrong = (field: 'current' | 'password'): VitrineError =>
  refusal(
    'forbidden',
    { zh: '当前密码不正确', en: 'The current password is wrong' },
    { zh: '请核对后重试', en: 'Check it and try again' },
    field,
  );

export const passwordNeeded = (): VitrineError =>
  refusal(
    'bad_input',
    { zh: '需要再次输入密码', en: 'The password is asked for again' },
    { zh: '请填写密码', en: 'Give the password' },
    'password',
  );

export const signInAgain = (): VitrineError =>
  refusal(
    'forbidden',
    { zh: '此操作需要刚刚登录', en: 'This needs a sign-in of the last minutes' },
    { zh: '请退出并重新登录后再试', en: 'Sign out, sign in again, and try then' },
  );

export const unknownUser = (): VitrineError =>
  refusal('not_found', { zh: '没有这个用户', en: 'There is no such user' }, { zh: '查看用户列表', en: 'See the list of users' });

export const unknownSession = (): VitrineError =>
  refusal('not_found', { zh: '没有这个会话', en: 'There is no such session' }, { zh: '查看会话列表', en: 'See the list of sessions' });

export const unknownApiKey = (): VitrineError =>
  refusal('not_found', { zh: '没有这个接口密钥', en: 'There is no such API key' }, { zh: '查看密钥列表', en: 'See the list of keys' });

export const apiKeyOver = (): VitrineError =>
  refusal(
    'conflict',
    { zh: '接口密钥已失效或已被替换', en: 'The API key is over, or replaced already' },
    { zh: '请新建密钥', en: 'Make a new key' },
  );

export const badField = (field: string, text: { zh: string; en: string }, remedy: { zh: string; en: string }): VitrineError =>
  refusal('unprocessable', text, remedy, field);

export const loginTaken = (field: 'login' | 'email'): VitrineError =>
  refusal(
    'conflict',
    { zh: '该登录名或邮箱已被本品牌的其他用户使用', en: 'Another user of the brand has this login or email' },
    { zh: '请换一个', en: 'Choose another' },
    field,
  );

export const notOneself = (): VitrineError =>
  refusal(
    'forbidden',
    { zh: '不能停用自己，也不能更改自己的角色和范围', en: 'Nobody disables themselves, or changes their own role or rows' },
    { zh: '请由另一位品牌管理员操作', en: 'Ask another brand admin' },
  );

export const lastAdmin = (): VitrineError =>
  refusal(
    'conflict',
    { zh: '这是本品牌最后一位可用的品牌管理员', en: 'This is the last brand admin of the brand who can sign in' },
    { zh: '请先设置另一位品牌管理员', en: 'Make another brand admin first' },
  );

export const userDisabled = (): VitrineError =>
  refusal('conflict', { zh: '用户已停用', en: 'The user is disabled' }, { zh: '请先启用该用户', en: 'Enable the user first' });

export const secondFactorStands = (): VitrineError =>
  refusal(
    'conflict',
    { zh: '已设置二次验证', en: 'A second factor is set up already' },
    {
      zh: '更换请由操作员在命令行重置：vitrine users reset-second-factor',
      en: 'To replace it the operator resets it: vitrine users reset-second-factor',
    },
  );

export const noSecondFactor = (): VitrineError =>
  refusal(
    'conflict',
    { zh: '没有待确认的二次验证', en: 'No second factor is being set up' },
    { zh: '请先开始设置', en: 'Begin to set it up first' },
  );
