import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { AccountCapabilities, Page } from '@app/contracts';
import { capabilityMatrix } from '@app/platforms';
import { CapabilityService } from '@app/reports';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { pageOf } from '../http/page.dto';
import { CapabilitiesQuery } from './capabilities.dto';

@ApiTags('capabilities')
@Controller('api/v1/capabilities')
export class CapabilitiesController {
  constructor(private readonly capabilities: CapabilityService) {}

  @Get()
  @Allow('capability.read')
  @ApiOperation({ summary: 'What the sources of each account can give, and which figures stay unknown for want of one' })
  async list(@AskedBy() { scope, brand }: Asker, @Query() query: CapabilitiesQuery): Promise<Page<AccountCapabilities>> {
    const rows = await this.capabilities.list(scope, query.account, brand);
    const wanted = rows.filter(({ name, accountId }) => !query.q || name.includes(query.q) || accountId.includes(query.q));
    return pageOf(wanted, ({ platform, accountId }) => `${platform}/${accountId}`, query);
  }

  @Get('products')
  @Allow('capability.read')
  @ApiOperation({ summary: 'What each product gives, and why not what it does not' })
  products(): { rows: ReturnType<typeof capabilityMatrix> } {
    return { rows: capabilityMatrix() };
  }
}
