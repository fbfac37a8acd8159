import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Page, StructureRow, Subject, TierDistance, TierHistory } from '@app/contracts';
import { TierService } from '@app/reports';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { pageOf } from '../http/page.dto';
import { TierAccountParameters, TierHistoryParameters, TierStructureParameters } from './tiers.dto';

const keyOf = ({ platform, accountId, dealerId, adcode, salesRegion }: Subject): string =>
  [platform ?? '', accountId ?? dealerId ?? adcode ?? salesRegion ?? '\uffff'].join('/');

@ApiTags('tiers')
@Controller('api/v1/tiers')
export class TiersController {
  constructor(private readonly tiers: TierService) {}

  @Get('history')
  @Allow('tier.read')
  @ApiOperation({ summary: 'Months of each account with one tier, and why they begin, in both languages' })
  async history(
    @AskedBy() { scope, brand }: Asker,
    @Query() { limit, cursor, q, ...query }: TierHistoryParameters,
  ): Promise<Page<TierHistory>> {
    return pageOf(named(await this.tiers.history({ ...query, brand }, scope), q), keyOf, { limit, cursor });
  }

  @Get('distance')
  @Allow('tier.read')
  @ApiOperation({ summary: 'What is missing to the next tier: in CNY, in sessions at the own median, in months at the pace' })
  async distance(
    @AskedBy() { scope, brand }: Asker,
    @Query() { limit, cursor, q, ...query }: TierAccountParameters,
  ): Promise<Page<TierDistance>> {
    return pageOf(named(await this.tiers.distance({ ...query, brand }, scope), q), keyOf, { limit, cursor });
  }

  @Get('structure')
  @Allow('tier.read')
  @ApiOperation({ summary: 'Health of the matrix of dealers, regions or the brand, judged in words, with what to do' })
  async structure(
    @AskedBy() { scope, brand }: Asker,
    @Query() { limit, cursor, q, ...query }: TierStructureParameters,
  ): Promise<Page<StructureRow>> {
    return pageOf(named(await this.tiers.structure({ ...query, brand }, scope), q), keyOf, { limit, cursor });
  }
}

const named = <Row extends Subject>(rows: Row[], part: string | undefined): Row[] =>
  part === undefined ? rows : rows.filter((row) => row.name.includes(part) || keyOf(row).includes(part));
