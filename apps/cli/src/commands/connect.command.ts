import * as os from 'node:os';
import { createInterface } from 'node:readline/promises';
import { Argument, Command } from 'commander';
import { GRANT_PRODUCTS, VitrineError, type Brand, type Connection, type GrantProduct } from '@app/contracts';
import { appSettingsOf, ConnectService, pastedCode, termsOf, type BeginRequest } from '@app/connect';
import { createConnectors } from '@app/platforms';
import type { Stores } from '../../../process/stores';
import { print, printJson, say } from '../output';
import { brandOf, globalsOf, withStores } from '../session';
import { printConnections } from './connections.command';

interface ConnectOptions {
  account?: string;
  acceptTerms?: boolean;
  acceptedBy: string;
  code?: string;
  redirectUri?: string;
  appId?: string;
  brandIds?: string;
}

const EXCHANGE_MS = 30_000;

export function connectCommand(): Command {
  return new Command('connect')
    .description('connect a product of a platform: shows its terms, gives the address that the owner of the account opens, takes the code')
    .addArgument(new Argument('<product>').choices([...GRANT_PRODUCTS]))
    .option('--account <ids>', 'accounts that it is for, with commas; default: who authorises, or all accounts of the platform')
    .option('--accept-terms', 'the terms were read and are accepted')
    .option('--accepted-by <name>', 'who accepts them', os.userInfo().username)
    .option('--code <code>', 'the code, or the whole address that the platform sent the owner to')
    .option('--redirect-uri <url>', 'where the platform sends the owner, as registered there (default: our own callback)')
    .option('--brand-ids <ids>', 'tencent-ads: ids of the brands there whose figures are asked for, with commas')
    .option('--app-id <id>', 'channels-app: appid of the account; its secret is read from standard input')
    .action(async (product: GrantProduct, options: ConnectOptions, command: Command) => {
      const globals = globalsOf(command);
      await withStores(globals, async (stores) => {
        const brand = await brandOf(stores, globals);
        const steps = new ConnectSteps(stores, brand, product, options);
        const connection = await steps.run((begun) => (globals.json ? printJson(begun) : print(begun.authorizeUrl)));
        if (!connection) return;
        if (globals.json) printJson(connection);
        else printConnections([connection]);
      });
    });
}

/** One run of the command: terms, then the way that the product and the options ask for. */
class ConnectSteps {
  private readonly service: ConnectService;

  constructor(
    private readonly stores: Stores,
    private readonly brand: Brand,
    private readonly product: GrantProduct,
    private readonly options: ConnectOptions,
  ) {
    const { dataSource, instance, settings, clock } = stores;
    this.service = new ConnectService({ dataSource, secret: instance.secret, settings, clock });
  }

  async run(tell: (begun: { authorizeUrl: string; redirectUri: string; expiresAt: string }) => void): Promise<Connection | null> {
    const { product, options } = this;
    for (const { zh, en } of termsOf(product).lines) say(`· ${zh}\n  ${en}`);
    if (product === 'channels-app') return this.app();
    if (options.code !== undefined) return this.finish(options.code);
    const { authorizeUrl, redirectUri, expiresAt } = await this.service.begin(await this.request());
    tell({ authorizeUrl, redirectUri, expiresAt });
    say(
      `请账号所有者在 15 分钟内打开上面的地址并同意。\nThe owner of the account opens this address within 15 minutes and agrees.\n` +
        `没有公网地址时：vitrine connect ${product} --code '平台跳转后的完整地址'\nWithout a public address: vitrine connect ${product} --code 'the whole address that the platform went to'`,
    );
    if (!process.stdin.isTTY) return null;
    const pasted = await asked('粘贴跳转后的地址或授权码（直接回车结束） / paste the address or the code (enter to leave): ');
    return pasted === '' ? null : this.finish(pasted);
  }

  private async finish(pasted: string): Promise<Connection> {
    const { brand, product } = this;
    const given = pastedCode(product, pasted);
    // terms accepted here stand for an authorisation that was begun elsewhere, in the platform's own console
    const state = given.state ?? (this.options.acceptTerms ? (await this.service.begin(await this.request())).state : null);
    return this.service.finish({ brand, product, ...given, state }, AbortSignal.timeout(EXCHANGE_MS));
  }

  private async app(): Promise<Connection> {
    const { settings } = this.stores;
    const app = appSettingsOf(settings, this.product);
    const appId = this.options.appId ?? app.appId;
    if (!appId) throw appIdMissing();
    const appSecret = this.options.appId === undefined && app.appSecret ? app.appSecret : await asked('app secret: ');
    const request = await this.request();
    const connectors = createConnectors(settings);
    try {
      const connector = connectors['channels-app'];
      if (!connector) throw appIdMissing();
      return await this.service.connectApp({ ...request, appId, appSecret }, connector, AbortSignal.timeout(EXCHANGE_MS));
    } finally {
      await Promise.all(Object.values(connectors).map((connector) => connector.close()));
    }
  }

  private async request(): Promise<BeginRequest> {
    const { account = '', acceptTerms, acceptedBy, redirectUri } = this.options;
    const listed = (text: string) => text.split(',').flatMap((id) => id.trim() || []);
    const accountIds = listed(account);
    const platformBrandIds = this.product === 'tencent-ads' ? listed(this.options.brandIds ?? '') : [];
    const accepted =
      acceptTerms || (process.stdin.isTTY && /^(y|yes|是|同意)$/i.test(await asked('接受以上条款？ accept these terms? (yes/no) ')));
    return {
      brandId: this.brand.brandId,
      product: this.product,
      accountIds,
      platformBrandIds,
      acknowledgedBy: accepted ? acceptedBy : '',
      redirectUri,
    };
  }
}

async function asked(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdin.isTTY ? process.stderr : undefined });
  try {
    if (process.stdin.isTTY) return (await lines.question(question)).trim();
    for await (const line of lines) return line.trim();
    return '';
  } finally {
    lines.close();
  }
}

const appIdMissing = (): VitrineError =>
  new VitrineError(
    'bad_input',
    { zh: '没有视频号的 appid', en: 'There is no appid of the Channels account' },
    {
      remedy: {
        zh: '加 --app-id …，密钥从标准输入读取；或设置 CHANNELS_APP_ID 与 CHANNELS_APP_SECRET',
        en: 'Add --app-id …, the secret is read from standard input; or set CHANNELS_APP_ID and CHANNELS_APP_SECRET',
      },
    },
  );
