import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { CloseDiffService, CloseService, CloseStatusService, type DiffSide } from '@app/close';
import type { Close, CloseRequest, FigureChange, MonthStatus, Page, PreviewWindow } from '@app/contracts';
import { actorOf } from '../http/actor';
import { pageInOrder } from '../http/page.dto';
import { CloseBody, CloseDiffQuery, ClosesQuery, DecisionBody, PreviewBody } from './closes.dto';

@ApiTags('closes')
@Controller('api/v1/closes')
export class ClosesController {
  constructor(
    private readonly closes: CloseService,
    private readonly diffs: CloseDiffService,
    private readonly months: CloseStatusService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Every close with who, when, why and its hash, the newest first' })
  async list(@Query() query: ClosesQuery): Promise<Page<Close>> {
    const closes = await this.closes.list('all', query.brand);
    return pageInOrder(
      closes.filter(({ month }) => query.month === undefined || month === query.month),
      query,
    );
  }

  @Get('status')
  @ApiOperation({ summary: 'Months in preview or closed, and what is pending: corrections that a close does not hold' })
  async status(@Query() query: ClosesQuery): Promise<Page<MonthStatus>> {
    return pageInOrder(await this.months.list('all', query), query);
  }

  @Get('diff')
  @ApiOperation({ summary: 'Figures that differ between two closes, or a close and now, the largest difference first' })
  async diff(@Query() query: CloseDiffQuery): Promise<Page<FigureChange> & { from: DiffSide; to: DiffSide }> {
    const { from, to, changes } = await this.diffs.diff('all', query);
    const q = query.q;
    const wanted = changes.filter(({ subject, name, figure }) => !q || [subject, name, figure].some((text) => text.includes(q)));
    return { ...pageInOrder(wanted, query), from, to };
  }

  @Get('requests')
  @ApiOperation({ summary: 'Closes that somebody asked for, the newest first' })
  async requests(@Query() query: ClosesQuery): Promise<Page<CloseRequest>> {
    return pageInOrder(await this.closes.requests('all', query.brand), query);
  }

  @Get(':ref')
  @ApiOperation({ summary: 'One close: its id, a month (the last of it), or 2026-10#0 (the first of it)' })
  get(@Param('ref') ref: string, @Query() query: ClosesQuery): Promise<Close> {
    return this.closes.get('all', ref, query.brand);
  }

  @Post('previews')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let dealers look at a month before it is closed' })
  preview(@Body() { month, until, brand }: PreviewBody, @Req() request: unknown): Promise<PreviewWindow> {
    return this.closes.preview('all', actorOf(request), { month, brand, until: until === undefined ? undefined : Date.parse(until) });
  }

  @Post('requests')
  @ApiOperation({ summary: 'Ask for a close or a restatement: another person has to confirm it' })
  request(@Body() body: CloseBody, @Req() request: unknown): Promise<CloseRequest> {
    return this.closes.request('all', actorOf(request), body);
  }

  @Post('requests/:requestId/confirm')
  @HttpCode(200)
  @ApiOperation({ summary: 'Close what somebody else asked for; 403 for who asked, 409 when it may not be closed now' })
  confirm(@Param('requestId') requestId: string, @Body() body: DecisionBody, @Req() request: unknown): Promise<Close> {
    return this.closes.confirm('all', actorOf(request), requestId, body?.brand);
  }

  @Post('requests/:requestId/reject')
  @HttpCode(200)
  @ApiOperation({ summary: 'End a request without a close' })
  reject(@Param('requestId') requestId: string, @Body() body: DecisionBody, @Req() request: unknown): Promise<CloseRequest> {
    return this.closes.reject('all', actorOf(request), requestId, body?.reason ?? null, body?.brand);
  }
}
