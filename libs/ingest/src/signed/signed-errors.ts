import { VitrineError, type ErrorDetail } from '@app/contracts';

const remedyDocs = { zh: '签名方法见 docs/ingest.md', en: 'See docs/ingest.md for how to sign' };

/** One answer for an unknown, expired or revoked key and for a wrong signature: which of them it is helps only who guesses. */
export const notSigned = () =>
  new VitrineError(
    'unauthorized',
    { zh: '签名无效：密钥、时间戳或正文不符', en: 'The signature does not hold: key, timestamp or body is another' },
    { remedy: remedyDocs },
  );

export const headersMissing = () =>
  new VitrineError(
    'unauthorized',
    { zh: '缺少签名，或签名头格式不对', en: 'The signature is missing, or its headers are of another form' },
    { remedy: remedyDocs },
  );

export const untimely = (now: number) =>
  new VitrineError(
    'unauthorized',
    { zh: '时间戳与服务器时间相差超过 5 分钟', en: "The timestamp is more than five minutes from the server's clock" },
    {
      remedy: { zh: '请校准发送方的时钟后重新签名', en: "Set the sender's clock right, then sign again" },
      details: [{ field: 'x-vitrine-timestamp', message: `server time ${new Date(now).toISOString()}` }],
    },
  );

export const notInScope = (what: string) =>
  new VitrineError(
    'forbidden',
    { zh: `该密钥不能提交 ${what}`, en: `This key may not bring ${what}` },
    { remedy: { zh: '请用范围合适的密钥（vitrine ingest-keys create）', en: 'Use a key of the right scope (vitrine ingest-keys create)' } },
  );

export const unknownKind = () =>
  new VitrineError(
    'not_found',
    { zh: '没有这种可提交的数据', en: 'There is nothing of that kind to bring' },
    { remedy: { zh: '可用的种类见 docs/ingest.md', en: 'See docs/ingest.md for the kinds' } },
  );

export const tooLarge = (megabytes: number) =>
  new VitrineError(
    'too_large',
    { zh: `正文过大，上限 ${megabytes} MB`, en: `The body is larger than ${megabytes} MB` },
    {
      remedy: {
        zh: '请拆成多个请求：逐行独立，拆分不影响结果',
        en: 'Send it in several requests: rows stand alone, no cut changes the result',
      },
    },
  );

export const wrongMedia = (expected: string) =>
  new VitrineError(
    'unsupported_media',
    { zh: `正文须为 ${expected}，可用 gzip 压缩`, en: `The body must be ${expected}, as it is or gzip` },
    { remedy: { zh: `请设置 Content-Type: ${expected}`, en: `Set Content-Type: ${expected}` } },
  );

export const tooManyAtOnce = () =>
  new VitrineError(
    'too_many',
    { zh: '该密钥同时进行的请求过多', en: 'This key has too many requests under way' },
    { remedy: { zh: '请等前面的请求结束后重发', en: 'Send it again when those before have ended' } },
  );

export const brokenOff = (cause: unknown) =>
  new VitrineError(
    'bad_input',
    { zh: '正文没有完整到达，未写入任何数据', en: 'The body did not arrive whole; nothing was written' },
    { remedy: { zh: '请重新发送同一请求', en: 'Send the same request again' }, cause },
  );

export const nothingUsable = (read: number, details: ErrorDetail[]) =>
  new VitrineError(
    'unprocessable',
    read === 0
      ? { zh: '正文中没有数据行', en: 'The body holds no rows' }
      : { zh: `${read} 行全部被拒绝`, en: `All ${read} rows were rejected` },
    { remedy: { zh: '请按原因改正后重发', en: 'Correct them as the reasons say and send again' }, details },
  );
