import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { CloseDiffService, CloseService, CloseStatusService, type DiffSide } from '@app/close';
import type { Close, CloseRequest, FigureChange, MonthStatus, Page, PreviewWindow } from '@app/contracts';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { OfBrand } from '../http/brand-code';
import { FourEyes } from '../http/four-eyes';
import { pageInOrder } from '../http/page.dto';
import { CloseBody, CloseDiffQuery, ClosesQuery, DecisionBody, PreviewBody } from './closes.dto';

@ApiTags('closes')
@Controller('api/v1/closes')
export class ClosesController {
  constructor(
    private readonly closes: CloseService,
    private readonly diffs: CloseDiffService,
    private readonly months: CloseStatusService,
    private readonly eyes: FourEyes,
  ) {}

  @Get()
  @Allow('close.read')
  @ApiOperation({ summary: 'Every close with who, when, why and its hash, the newest first' })
  async list(@AskedBy() { scope, brand }: Asker, @Query() query: ClosesQuery): Promise<Page<Close>> {
    const closes = await this.closes.list(scope, brand);
    return pageInOrder(
      closes.filter(({ month }) => query.month === undefined || month === query.month),
      query,
    );
  }

  @Get('status')
  @Allow('close.status')
  @ApiOperation({ summary: 'Months in preview or closed, and what is pending: corrections that a close does not hold' })
  async status(@AskedBy() { scope, brand }: Asker, @Query() query: ClosesQuery): Promise<Page<MonthStatus>> {
    return pageInOrder(await this.months.list(scope, { ...query, brand }), query);
  }

  @Get('diff')
  @Allow('close.read')
  @ApiOperation({ summary: 'Figures that differ between two closes, or a close and now, the largest difference first' })
  async diff(
    @AskedBy() { scope, brand }: Asker,
    @Query() query: CloseDiffQuery,
  ): Promise<Page<FigureChange> & { from: DiffSide; to: DiffSide }> {
    const { from, to, changes } = await this.diffs.diff(scope, { ...query, brand });
    const q = query.q;
    const wanted = changes.filter(({ subject, name, figure }) => !q || [subject, name, figure].some((text) => text.includes(q)));
    return { ...pageInOrder(wanted, query), from, to };
  }

  @Get('requests')
  @Allow('close.read')
  @ApiOperation({ summary: 'Closes that somebody asked for, the newest first' })
  async requests(@AskedBy() { scope, brand }: Asker, @Query() query: ClosesQuery): Promise<Page<CloseRequest>> {
    return pageInOrder(await this.closes.requests(scope, brand), query);
  }

  @Get(':ref')
  @Allow('close.read')
  @ApiOperation({ summary: 'One close: its id, a month (the last of it), or 2026-10#0 (the first of it)' })
  get(@Query() _: OfBrand, @AskedBy() { scope, brand }: Asker, @Param('ref') ref: string): Promise<Close> {
    return this.closes.get(scope, ref, brand);
  }

  @Post('previews')
  @Allow('close.preview')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let dealers look at a month before it is closed' })
  preview(@AskedBy() { scope, brand, actor }: Asker, @Body() { month, until }: PreviewBody): Promise<PreviewWindow> {
    return this.closes.preview(scope, actor, { month, brand, until: until === undefined ? undefined : Date.parse(until) });
  }

  @Post('requests')
  @Allow('close.request')
  @ApiOperation({ summary: 'Ask for a close or a restatement: another person has to confirm it' })
  request(@AskedBy() { scope, brand, actor }: Asker, @Body() body: CloseBody): Promise<CloseRequest> {
    return this.closes.request(scope, actor, { ...body, brand });
  }

  @Post('requests/:requestId/confirm')
  @Allow('close.confirm')
  @HttpCode(200)
  @ApiOperation({ summary: 'Close what somebody else asked for; 403 for who asked, 409 when it may not be closed now' })
  async confirm(@Body() _: DecisionBody, @AskedBy() { scope, brand, actor }: Asker, @Param('requestId') requestId: string): Promise<Close> {
    return this.closes.confirm(scope, actor, requestId, { brand, alone: await this.eyes.isAlone(brand) });
  }

  @Post('requests/:requestId/reject')
  @Allow('close.confirm')
  @HttpCode(200)
  @ApiOperation({ summary: 'End a request without a close' })
  reject(
    @AskedBy() { scope, brand, actor }: Asker,
    @Param('requestId') requestId: string,
    @Body() body: DecisionBody,
  ): Promise<CloseRequest> {
    return this.closes.reject(scope, actor, requestId, body?.reason ?? null, brand);
  }
}
