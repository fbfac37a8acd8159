import { PRODUCT_NAME, VitrineError, type GrantProduct } from '@app/contracts';

export const termsMissing = (product: GrantProduct): VitrineError =>
  new VitrineError(
    'bad_input',
    {
      zh: `连接${PRODUCT_NAME[product].zh}前须先阅读并接受平台条款`,
      en: `Before ${PRODUCT_NAME[product].en} is connected its terms must be read and accepted`,
    },
    {
      remedy: {
        zh: `运行 vitrine connect ${product} 并确认，或加 --accept-terms`,
        en: `Run \`vitrine connect ${product}\` and confirm, or add --accept-terms`,
      },
    },
  );

export const appMissing = (product: GrantProduct): VitrineError =>
  new VitrineError(
    'bad_input',
    { zh: `没有${PRODUCT_NAME[product].zh}的应用凭证`, en: `There are no app credentials for ${PRODUCT_NAME[product].en}` },
    {
      remedy: {
        zh: '请在平台注册品牌自己的应用，并设置其编号与密钥（见 .env.example）',
        en: "Register the brand's own app at the platform and set its id and secret (see .env.example)",
      },
    },
  );

export const codeMissing = (): VitrineError =>
  new VitrineError(
    'bad_input',
    { zh: '没有授权码', en: 'There is no code' },
    {
      remedy: {
        zh: '请粘贴平台跳转后的完整地址，或其中的授权码',
        en: 'Paste the whole address that the platform sent you to, or the code in it',
      },
    },
  );
