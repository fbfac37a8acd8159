import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import { GRANT_PRODUCTS, PRODUCT_NAME, VitrineError, type Connection, type GrantProduct, type Page } from '@app/contracts';
import { ConnectService } from '@app/connect';
import { StateReader } from '@app/database';
import { pageOf } from '../http/page.dto';
import { Allow, Public } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { ConnectionsQuery } from './connections.dto';

const EXCHANGE_MS = 30_000;

@ApiTags('connections')
@Controller('api/v1/connections')
export class ConnectionsController {
  constructor(
    private readonly connections: ConnectService,
    private readonly state: StateReader,
  ) {}

  @Get()
  @Allow('connection.read')
  @ApiOperation({ summary: 'Every connection of a brand: state, days left, missing permissions, what to do; never a token' })
  async list(@AskedBy() { brand }: Asker, @Query() query: ConnectionsQuery): Promise<Page<Connection>> {
    const rows = await this.connections.list(await this.state.brand(brand));
    const sought = query.q ?? '';
    const found = rows.filter(({ product, principalId, accounts }) =>
      [product, principalId, ...accounts].some((id) => id.includes(sought)),
    );
    return pageOf(found, ({ product, principalId }) => `${product} ${principalId}`, query);
  }

  @Get(':product/callback')
  @Public()
  @ApiOperation({ summary: 'Where a platform sends the owner of an account after the authorize page' })
  @ApiParam({ name: 'product', enum: GRANT_PRODUCTS })
  @ApiQuery({ name: 'state', required: true })
  @ApiQuery({ name: 'code', required: false, description: 'also auth_code, authorization_code; platforms add fields of their own' })
  @ApiOkResponse({ description: 'A page for the owner' })
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-store')
  @Header('referrer-policy', 'no-referrer')
  async callback(@Param('product') name: string, @Query() query: Record<string, unknown>): Promise<string> {
    const product = productOf(name);
    const code = textOf(query, 'code') || textOf(query, 'auth_code') || textOf(query, 'authorization_code');
    const given = { state: textOf(query, 'state'), code };
    const connection = await this.connections.callback(product, given, AbortSignal.timeout(EXCHANGE_MS));
    return connectedPage(product, connection);
  }
}

/** Platforms add fields of their own to the address, so it is no closed form. */
function textOf(query: Record<string, unknown>, name: string): string {
  const value = query[name];
  return typeof value === 'string' ? value.slice(0, 2_000) : '';
}

function productOf(name: string): GrantProduct {
  const product = GRANT_PRODUCTS.find((known) => known === name);
  if (product) return product;
  throw new VitrineError('not_found', {
    en: `There is no product of this name. There are: ${GRANT_PRODUCTS.join(', ')}.`,
    zh: `没有此名称的产品，可用：${GRANT_PRODUCTS.join('、')}。`,
  });
}

/** Plain and without script: it is the only page that is shown to people outside the brand. Holds no value out of the address. */
function connectedPage(product: GrantProduct, { accounts, todo }: Connection): string {
  const { zh, en } = PRODUCT_NAME[product];
  const list = todo.map((one) => `<li>${escaped(one.zh)}<br>${escaped(one.en)}</li>`).join('');
  return `<!doctype html><html lang="zh"><meta charset="utf-8"><title>${zh}</title>
<h1>${zh}：授权成功</h1><p>已绑定 ${accounts.length} 个账号，可以关闭本页。</p>
<p>${en}: connected, ${accounts.length} accounts. You may close this page.</p>${list ? `<ul>${list}</ul>` : ''}</html>`;
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
