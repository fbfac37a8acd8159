import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { rateCardName, type Page, type Policy, type RateCard } from '@app/contracts';
import { StateReader } from '@app/database';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { PageQuery, pageInOrder, pageOf } from '../http/page.dto';

/** What is in force: proposals (docs/adr/0022) are made upon it. */
@ApiTags('proposals')
@Controller('api/v1')
export class VersionsController {
  constructor(private readonly states: StateReader) {}

  @Get('policies')
  @Allow('proposal.read')
  @ApiOperation({ summary: 'Policies in force, each from its first month on, the newest first' })
  async policies(@AskedBy() { brand }: Asker, @Query() query: PageQuery): Promise<Page<Policy>> {
    const { policies } = await this.stateOf(brand);
    return pageInOrder([...policies].reverse(), query);
  }

  @Get('rate-cards')
  @Allow('proposal.read')
  @ApiOperation({ summary: 'Rate cards in force, by platform, line and first day' })
  async rateCards(@AskedBy() { brand }: Asker, @Query() query: PageQuery): Promise<Page<RateCard>> {
    const { rateCards } = await this.stateOf(brand);
    return pageOf(
      rateCards.filter((card) => !query.q || rateCardName(card).includes(query.q)),
      rateCardName,
      query,
    );
  }

  private async stateOf(brand: string) {
    const { brandId } = await this.states.brand(brand);
    return this.states.state(brandId);
  }
}
