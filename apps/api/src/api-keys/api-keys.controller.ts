import { Body, Controller, Delete, Get, Header, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ApiKey, MadeApiKey, Page } from '@app/contracts';
import { StateReader } from '@app/database';
import { ApiKeyService } from '@app/identity';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { PageQuery, pageInOrder } from '../http/page.dto';
import { ApiKeyBody, ApiKeyRotationBody } from './api-keys.dto';

/** Keys of programs of the asker's brand. */
@ApiTags('api-keys')
@Controller('api/v1/api-keys')
export class ApiKeysController {
  constructor(
    private readonly keys: ApiKeyService,
    private readonly state: StateReader,
  ) {}

  @Get()
  @Allow('api-key.read')
  @ApiOperation({ summary: 'Every key with its owner, actions, rows and last use; never its secret' })
  async list(@Query() query: PageQuery, @AskedBy() asker: Asker): Promise<Page<ApiKey>> {
    const q = query.q ?? '';
    const keys = await this.keys.list(await this.brandId(asker));
    return pageInOrder(
      keys.filter(({ name, keyId }) => name.includes(q) || keyId.includes(q)),
      query,
    );
  }

  @Post()
  @Header('cache-control', 'no-store')
  @Allow('api-key.write')
  @ApiOperation({ summary: 'A new key; its secret, the bearer token, is shown this once' })
  async create(@Body() body: ApiKeyBody, @AskedBy() asker: Asker): Promise<MadeApiKey> {
    return this.keys.create(await this.brandId(asker), { ...body, makerRole: asker.principal.role }, asker.actor);
  }

  @Post(':keyId/rotate')
  @Header('cache-control', 'no-store')
  @Allow('api-key.write')
  @ApiOperation({ summary: 'A new key of the same scope; the former one goes on for the overlap' })
  async rotate(@Param('keyId') keyId: string, @Body() body: ApiKeyRotationBody, @AskedBy() asker: Asker): Promise<MadeApiKey> {
    return this.keys.rotate(await this.brandId(asker), keyId, { ...body, makerRole: asker.principal.role }, asker.actor);
  }

  @Delete(':keyId')
  @Allow('api-key.write')
  @ApiOperation({ summary: 'End a key at once; it stays in the list' })
  async revoke(@Param('keyId') keyId: string, @AskedBy() asker: Asker): Promise<ApiKey> {
    return this.keys.revoke(await this.brandId(asker), keyId, asker.actor);
  }

  private async brandId({ brand }: Asker): Promise<number> {
    return (await this.state.brand(brand)).brandId;
  }
}
