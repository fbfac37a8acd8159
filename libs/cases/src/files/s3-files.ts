import { VitrineError } from '@app/contracts';
import { request } from 'undici';
import { FileStore } from './file-store';
import { signedHeaders, type SigningKey, type UnsignedRequest } from './signature-v4';

/** Where objects lie and who we are there. `url`: of the bucket, with a prefix where one is wanted. */
export interface S3Place extends SigningKey {
  url: string;
}

const MOST_MS = 30_000;

/** Files in a store that speaks S3: one object each, below the address that the operator names. They are no part of a backup; the store keeps them. */
export class S3Files extends FileStore {
  constructor(
    private readonly place: S3Place,
    private readonly now: () => number,
  ) {
    super();
  }

  async put(name: string, content: Buffer): Promise<void> {
    const status = (await this.ask({ method: 'PUT', url: this.urlOf(name), body: content })).status;
    if (status !== 200) throw unreachable(status);
  }

  async get(name: string): Promise<Buffer | null> {
    const { status, bytes } = await this.ask({ method: 'GET', url: this.urlOf(name) });
    if (status === 404) return null;
    if (status !== 200) throw unreachable(status);
    return bytes;
  }

  async remove(name: string): Promise<void> {
    const { status } = await this.ask({ method: 'DELETE', url: this.urlOf(name) });
    if (status >= 300 && status !== 404) throw unreachable(status);
  }

  private urlOf(name: string): URL {
    return new URL(`${this.place.url.replace(/\/+$/, '')}/${name}`);
  }

  private async ask(asked: UnsignedRequest): Promise<{ status: number; bytes: Buffer }> {
    const { host, ...headers } = signedHeaders(asked, this.place, this.now());
    try {
      const { statusCode, body } = await request(asked.url, {
        ...{ method: asked.method, body: asked.body, headers: { host, ...headers } },
        ...{ headersTimeout: MOST_MS, bodyTimeout: MOST_MS },
      });
      return { status: statusCode, bytes: Buffer.from(await body.arrayBuffer()) };
    } catch (error) {
      throw unreachable((error as { code?: string }).code ?? 'network');
    }
  }
}

/** What the store said is for the log of the operator; the key is in neither. */
const unreachable = (why: number | string): VitrineError =>
  new VitrineError(
    'not_available',
    { zh: `文件存储暂时不可用（${why}）`, en: `The store of files cannot be used now (${why})` },
    {
      remedy: {
        zh: '请稍后再试；管理员请检查 FILES_S3_* 设置与存储服务',
        en: 'Try again later; the operator checks the settings FILES_S3_* and the store',
      },
    },
  );
