import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { refusal, type LegalHold, type Page, type RetentionRow } from '@app/contracts';
import { StateReader } from '@app/database';
import { RetentionService, listLegalHolds, placeLegalHold, releaseLegalHold } from '@app/privacy';
import { Warehouse } from '@app/warehouse';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { pageInOrder } from '../http/page.dto';
import { HoldList, HoldPlacement, PrivacyList, Reasoned } from './privacy.dto';

@ApiTags('retention')
@Controller('api/v1/retention')
export class RetentionController {
  constructor(
    private readonly retention: RetentionService,
    private readonly states: StateReader,
    private readonly dataSource: DataSource,
    private readonly warehouse: Warehouse,
  ) {}

  @Get()
  @Allow('retention.read')
  @ApiOperation({ summary: 'What is kept how long, what would go now, and what that waits for' })
  async show(@Query() query: PrivacyList, @AskedBy() { brand }: Asker): Promise<Page<RetentionRow>> {
    return pageInOrder(await this.retention.show(await this.states.brand(brand)), query);
  }

  @Get('holds')
  @Allow('retention.read')
  @ApiOperation({ summary: 'Legal holds, the newest first' })
  async holds(@Query() query: HoldList, @AskedBy() { brand }: Asker): Promise<Page<LegalHold>> {
    return pageInOrder(await listLegalHolds(this.dataSource, (await this.states.brand(brand)).brandId, { all: query.all }), query);
  }

  @Post('holds')
  @Allow('retention.write')
  @ApiOperation({ summary: 'Keep the facts of an account, or of the brand, from retention and deletion' })
  async place(@Body() given: HoldPlacement, @AskedBy() { actor, brand }: Asker): Promise<LegalHold> {
    const { platform, accountId, from, to, caseId, reason } = given;
    if ((platform === undefined) !== (accountId === undefined)) throw halfAnAccount();
    const account = platform !== undefined && accountId !== undefined ? { platform, accountId } : null;
    const { brandId } = await this.states.brand(brand);
    const span = { from: Date.parse(from), to: Date.parse(to) };
    return placeLegalHold(
      { dataSource: this.dataSource, warehouse: this.warehouse },
      { brandId, actor, reason },
      { account, ...span, caseId },
    );
  }

  @Post('holds/:holdId/release')
  @HttpCode(200)
  @Allow('retention.write')
  @ApiOperation({ summary: 'End a legal hold' })
  async release(@Param('holdId') holdId: string, @Body() { reason }: Reasoned, @AskedBy() { actor, brand }: Asker): Promise<LegalHold> {
    const { brandId } = await this.states.brand(brand);
    return releaseLegalHold(this.dataSource, { brandId, actor, reason }, holdId);
  }
}

const halfAnAccount = () =>
  refusal(
    'bad_input',
    { zh: '账号需同时给出 platform 与 accountId', en: 'An account needs platform and accountId' },
    { zh: '补全两者，或都不填（整个品牌）', en: 'Give both, or neither for the whole brand' },
    'accountId',
  );
