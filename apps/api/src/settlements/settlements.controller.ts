import { PassThrough } from 'node:stream';
import { Body, Controller, Get, HttpCode, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { IncentiveRules, Page, PlacedHold, Settlement, SettlementSheet, SettlementWaiver } from '@app/contracts';
import { StateReader } from '@app/database';
import { IncentiveService, SettlementService, type SettlementWithSheets, writeSettlementWorkbook } from '@app/settlement';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { FourEyes } from '../http/four-eyes';
import { OfBrand } from '../http/brand-code';
import { pageInOrder, pageOf } from '../http/page.dto';
import {
  HoldRequest,
  Preparation,
  PreviewQuery,
  Release,
  RulesRequest,
  SettlementDecision,
  SettlementQuery,
  WaiverRequest,
} from './settlements.dto';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

@ApiTags('settlements')
@Controller('api/v1/settlements')
export class SettlementsController {
  constructor(
    private readonly settlements: SettlementService,
    private readonly incentives: IncentiveService,
    private readonly states: StateReader,
    private readonly eyes: FourEyes,
  ) {}

  @Get()
  @Allow('settlement.read')
  @ApiOperation({ summary: 'Settlements, the newest month first' })
  async list(@AskedBy() { scope, brand }: Asker, @Query() query: SettlementQuery): Promise<Page<Settlement>> {
    return pageInOrder(await this.settlements.list(scope, { ...query, brand }), query);
  }

  @Get('preview')
  @Allow('settlement.preview')
  @ApiOperation({ summary: 'The sheets of a closed month as they would be now; stores nothing' })
  async preview(@AskedBy() { scope, brand }: Asker, @Query() query: PreviewQuery): Promise<Page<SettlementSheet>> {
    return pageOf(await this.settlements.preview(scope, { ...query, brand }), (row) => row.dealerId, query);
  }

  @Get('rules')
  @Allow('incentive-rules.read')
  @ApiOperation({ summary: 'Every version of the incentive rules, the newest first' })
  async rules(@AskedBy() { brand }: Asker, @Query() query: SettlementQuery): Promise<Page<IncentiveRules>> {
    return pageInOrder(await this.incentives.rules(brand), query);
  }

  @Post('rules')
  @Allow('incentive-rules.write')
  @ApiOperation({ summary: 'Store a new version; every fault is named' })
  setRules(@AskedBy() { scope, brand, actor }: Asker, @Body() given: RulesRequest): Promise<IncentiveRules> {
    return this.incentives.setRules(scope, given, actor, { brand, reason: given.reason });
  }

  @Get('holds')
  @Allow('hold.read')
  @ApiOperation({ summary: 'What holds dealers back; with a month: what holds it now' })
  async holds(@AskedBy() { scope, brand }: Asker, @Query() query: SettlementQuery): Promise<Page<PlacedHold>> {
    return pageInOrder(await this.incentives.holds(scope, { ...query, brand }), query);
  }

  @Post('holds')
  @Allow('hold.write')
  @ApiOperation({ summary: 'Hold a dealer until it is released' })
  hold(@AskedBy() { scope, brand, actor }: Asker, @Body() given: HoldRequest): Promise<PlacedHold> {
    return this.incentives.hold(scope, { ...given, brand }, actor);
  }

  @Post('holds/:holdId/release')
  @Allow('hold.write')
  @HttpCode(200)
  @ApiOperation({ summary: 'End a hold' })
  release(@AskedBy() { scope, brand, actor }: Asker, @Param('holdId') holdId: string, @Body() { reason }: Release): Promise<PlacedHold> {
    return this.incentives.release(scope, holdId, actor, { brand, reason });
  }

  @Get('waivers')
  @Allow('hold.read')
  @ApiOperation({ summary: 'Rules that give a dealer nothing in a month while their figure is unknown, the newest first' })
  async waivers(@AskedBy() { scope, brand }: Asker, @Query() query: SettlementQuery): Promise<Page<SettlementWaiver>> {
    return pageInOrder(await this.incentives.waivers(scope, { ...query, brand }), query);
  }

  @Post('waivers')
  @Allow('hold.write')
  @ApiOperation({ summary: 'Let a rule whose figure is unknown give a dealer nothing in a month, so that the rest is paid' })
  waive(@AskedBy() { scope, brand, actor }: Asker, @Body() given: WaiverRequest): Promise<SettlementWaiver> {
    return this.incentives.waive(scope, { ...given, brand }, actor);
  }

  @Post()
  @Allow('settlement.prepare')
  @ApiOperation({ summary: 'Prepare the settlement of a closed month' })
  prepare(@AskedBy() { scope, brand, actor }: Asker, @Body() { month }: Preparation): Promise<SettlementWithSheets> {
    return this.settlements.prepare(scope, { brand, month }, actor);
  }

  @Get(':settlementId')
  @Allow('settlement.read')
  @ApiOperation({ summary: 'A settlement with its sheets' })
  get(@Query() _: OfBrand, @AskedBy() { scope, brand }: Asker, @Param('settlementId') settlementId: string): Promise<SettlementWithSheets> {
    return this.settlements.get(scope, settlementId, brand);
  }

  @Get(':settlementId/sheet.xlsx')
  @Allow('settlement.read')
  @ApiOperation({ summary: 'The settlement sheet as XLSX' })
  async workbook(
    @Query() _: OfBrand,
    @AskedBy() { scope, brand }: Asker,
    @Param('settlementId') settlementId: string,
  ): Promise<StreamableFile> {
    const { sheets, ...settlement } = await this.settlements.get(scope, settlementId, brand);
    const rules = (await this.incentives.rules(brand)).find(({ version }) => version === settlement.rulesVersion) ?? null;
    const { zone } = await this.states.brand(brand);
    const out = new PassThrough();
    writeSettlementWorkbook(out, { settlement, sheets, rules, zone }).catch((error: Error) => out.destroy(error));
    const name = `settlement-${settlement.month}-${settlement.sequence}.xlsx`;
    return new StreamableFile(out, { type: XLSX, disposition: `attachment; filename="${name}"` });
  }

  @Post(':settlementId/approve')
  @Allow('settlement.approve')
  @HttpCode(200)
  @ApiOperation({ summary: 'Approve a draft: another person than who prepared it' })
  async approve(
    @AskedBy() { scope, brand, actor }: Asker,
    @Param('settlementId') id: string,
    @Body() { reason }: SettlementDecision,
  ): Promise<Settlement> {
    return this.settlements.approve(scope, id, actor, { brand, reason, alone: await this.eyes.isAlone(brand) });
  }

  @Post(':settlementId/withdraw')
  @Allow('settlement.withdraw')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give a draft up' })
  withdraw(
    @AskedBy() { scope, brand, actor }: Asker,
    @Param('settlementId') id: string,
    @Body() { reason }: SettlementDecision,
  ): Promise<Settlement> {
    return this.settlements.withdraw(scope, id, actor, { brand, reason });
  }
}
