import { PassThrough } from 'node:stream';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { IncentiveRules, Page, PlacedHold, Settlement, SettlementSheet } from '@app/contracts';
import { StateReader } from '@app/database';
import { IncentiveService, SettlementService, type SettlementWithSheets, writeSettlementWorkbook } from '@app/settlement';
import { actorOf } from '../http/actor';
import { OfBrand } from '../http/brand-code';
import { pageInOrder, pageOf } from '../http/page.dto';
import { HoldRequest, Preparation, PreviewQuery, Release, RulesRequest, SettlementDecision, SettlementQuery } from './settlements.dto';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

@ApiTags('settlements')
@Controller('api/v1/settlements')
export class SettlementsController {
  constructor(
    private readonly settlements: SettlementService,
    private readonly incentives: IncentiveService,
    private readonly states: StateReader,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Settlements, the newest month first' })
  async list(@Query() query: SettlementQuery): Promise<Page<Settlement>> {
    return pageInOrder(await this.settlements.list('all', query), query);
  }

  @Get('preview')
  @ApiOperation({ summary: 'The sheets of a closed month as they would be now; stores nothing' })
  async preview(@Query() query: PreviewQuery): Promise<Page<SettlementSheet>> {
    return pageOf(await this.settlements.preview('all', query), (row) => row.dealerId, query);
  }

  @Get('rules')
  @ApiOperation({ summary: 'Every version of the incentive rules, the newest first' })
  async rules(@Query() query: SettlementQuery): Promise<Page<IncentiveRules>> {
    return pageInOrder(await this.incentives.rules(query.brand), query);
  }

  @Post('rules')
  @ApiOperation({ summary: 'Store a new version; every fault is named' })
  setRules(@Body() given: RulesRequest, @Req() request: unknown): Promise<IncentiveRules> {
    const { brand, reason } = given;
    return this.incentives.setRules('all', given, actorOf(request), { brand, reason });
  }

  @Get('holds')
  @ApiOperation({ summary: 'What holds dealers back; with a month: what holds it now' })
  async holds(@Query() query: SettlementQuery): Promise<Page<PlacedHold>> {
    return pageInOrder(await this.incentives.holds('all', query), query);
  }

  @Post('holds')
  @ApiOperation({ summary: 'Hold a dealer until it is released' })
  hold(@Body() given: HoldRequest, @Req() request: unknown): Promise<PlacedHold> {
    return this.incentives.hold('all', given, actorOf(request));
  }

  @Post('holds/:holdId/release')
  @HttpCode(200)
  @ApiOperation({ summary: 'End a hold' })
  release(@Param('holdId') holdId: string, @Body() { brand, reason }: Release, @Req() request: unknown): Promise<PlacedHold> {
    return this.incentives.release('all', holdId, actorOf(request), { brand, reason });
  }

  @Post()
  @ApiOperation({ summary: 'Prepare the settlement of a closed month' })
  prepare(@Body() { brand, month }: Preparation, @Req() request: unknown): Promise<SettlementWithSheets> {
    return this.settlements.prepare('all', { brand, month }, actorOf(request));
  }

  @Get(':settlementId')
  @ApiOperation({ summary: 'A settlement with its sheets' })
  get(@Param('settlementId') settlementId: string, @Query() { brand }: OfBrand): Promise<SettlementWithSheets> {
    return this.settlements.get('all', settlementId, brand);
  }

  @Get(':settlementId/sheet.xlsx')
  @ApiOperation({ summary: 'The settlement sheet as XLSX' })
  async workbook(@Param('settlementId') settlementId: string, @Query() { brand }: OfBrand): Promise<StreamableFile> {
    const { sheets, ...settlement } = await this.settlements.get('all', settlementId, brand);
    const rules = (await this.incentives.rules(brand)).find(({ version }) => version === settlement.rulesVersion) ?? null;
    const { zone } = await this.states.brand(brand);
    const out = new PassThrough();
    writeSettlementWorkbook(out, { settlement, sheets, rules, zone }).catch((error: Error) => out.destroy(error));
    const name = `settlement-${settlement.month}-${settlement.sequence}.xlsx`;
    return new StreamableFile(out, { type: XLSX, disposition: `attachment; filename="${name}"` });
  }

  @Post(':settlementId/approve')
  @HttpCode(200)
  @ApiOperation({ summary: 'Approve a draft: another person than who prepared it' })
  approve(@Param('settlementId') id: string, @Body() { brand, reason }: SettlementDecision, @Req() request: unknown): Promise<Settlement> {
    return this.settlements.approve('all', id, actorOf(request), { brand, reason });
  }

  @Post(':settlementId/withdraw')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give a draft up' })
  withdraw(@Param('settlementId') id: string, @Body() { brand, reason }: SettlementDecision, @Req() request: unknown): Promise<Settlement> {
    return this.settlements.withdraw('all', id, actorOf(request), { brand, reason });
  }
}
