import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Page, StaffName, TraitBreakdown } from '@app/contracts';
import { StateReader } from '@app/database';
import { StaffService, ViewerTraitService, type Revealed } from '@app/privacy';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { pageInOrder } from '../http/page.dto';
import { HostList, RevealRequest, TraitParameters } from './privacy.dto';

@ApiTags('persons')
@Controller('api/v1')
export class StaffController {
  constructor(
    private readonly staff: StaffService,
    private readonly traits: ViewerTraitService,
    private readonly states: StateReader,
  ) {}

  @Get('staff/hosts')
  @Allow('account.read')
  @ApiOperation({ summary: 'Hosts of a month; names are masked by role' })
  async hosts(@Query() query: HostList, @AskedBy() asker: Asker): Promise<Page<StaffName>> {
    return pageInOrder(await this.staff.hosts(await this.opened(asker), query.month), query);
  }

  @Post('staff/reveals')
  @HttpCode(200)
  @Allow('contact.reveal')
  @ApiOperation({ summary: 'A masked name as it is kept: with a reason, recorded, and so many a day' })
  async reveal(@Body() given: RevealRequest, @AskedBy() asker: Asker): Promise<Revealed> {
    return this.staff.reveal(await this.opened(asker), given);
  }

  @Get('viewer-traits')
  @Allow('viewer-traits.read')
  @ApiOperation({ summary: 'Viewers of a month by what entries say of them; small groups are hidden below the auditor' })
  async breakdown(@Query() query: TraitParameters, @AskedBy() asker: Asker): Promise<TraitBreakdown> {
    return this.traits.breakdown(await this.opened(asker), query);
  }

  private async opened({ principal, brand, scope }: Asker) {
    return { principal, brand: await this.states.brand(brand), scope };
  }
}
