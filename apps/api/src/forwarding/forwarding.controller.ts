import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForwardingCompletion, ForwardingTaskRow, Page, VitrineError, forwarderText } from '@app/contracts';
import { ForwardingAsk, ForwardingService, forwarderOf } from '@app/reports';
import { actorOf } from '../http/actor';
import { pageOf } from '../http/page.dto';
import { AssignBody, BrandParameters, ForwardingParameters, ForwardingTaskParameters, ProofBody, WaiverBody } from './forwarding.dto';

/** Pages are in ascending order of their keys; the latest deadline comes first. */
const LAST_INSTANT = 8.64e15;
const placeOf = ({ dueAt, taskId }: ForwardingTaskRow): string => `${String(LAST_INSTANT - Date.parse(dueAt)).padStart(16, '0')} ${taskId}`;

@ApiTags('forwarding')
@Controller('api/v1/forwarding')
export class ForwardingController {
  constructor(private readonly forwarding: ForwardingService) {}

  @Get('tasks')
  @ApiOperation({ summary: 'Tasks with their assignments, the latest deadline first' })
  async list(@Query() { state, ...query }: ForwardingTaskParameters): Promise<Page<ForwardingTaskRow>> {
    const rows = await this.forwarding.list('all', query);
    const asked = rows.filter(
      ({ counts, taskId, title }) => (!state || counts[state] > 0) && (!query.q || `${taskId} ${title}`.includes(query.q)),
    );
    return pageOf(asked, placeOf, query);
  }

  @Get('tasks/:taskId')
  @ApiOperation({ summary: 'One task' })
  get(@Param('taskId') taskId: string, @Query() { brand }: BrandParameters): Promise<ForwardingTaskRow> {
    return this.forwarding.get('all', taskId, brand);
  }

  @Get('completion')
  @ApiOperation({ summary: 'How each dealer and its forwarders did what they were asked; joins are the effect' })
  async completion(@Query() query: ForwardingParameters): Promise<Page<ForwardingCompletion>> {
    const rows = await this.forwarding.completion('all', query);
    const textOf = (row: ForwardingCompletion): string => (row.forwarder ? forwarderText(row.forwarder) : '');
    return pageOf(rows, (row) => `${row.dealerId ?? '\uffff'} ${textOf(row)}`, query);
  }

  @Post('tasks')
  @ApiOperation({ summary: 'Make a task, or add forwarders to one' })
  assign(@Req() request: unknown, @Body() { dueAt, forwarders, brand, ...body }: AssignBody): Promise<ForwardingTaskRow> {
    const given = { ...body, dueAt: instantOf('dueAt', dueAt), forwarders: forwarders.map(forwarderOf) };
    return this.forwarding.assign(askOf(request, brand), given);
  }

  @Post('tasks/:taskId/proofs')
  @HttpCode(200)
  @ApiOperation({ summary: 'Hand in where it was forwarded, and the joins that a source tells' })
  prove(@Req() request: unknown, @Param('taskId') taskId: string, @Body() body: ProofBody): Promise<ForwardingTaskRow> {
    const { forwarder, forwardedAt, brand, ...proof } = body;
    const given = { ...proof, forwardedAt: instantOf('forwardedAt', forwardedAt) };
    return this.forwarding.prove(askOf(request, brand), taskId, forwarderOf(forwarder), given);
  }

  @Post('tasks/:taskId/waivers')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take an assignment back; 409 when it is proved or waived already' })
  waive(@Req() request: unknown, @Param('taskId') taskId: string, @Body() body: WaiverBody): Promise<ForwardingTaskRow> {
    const { forwarder, reason, brand } = body;
    return this.forwarding.waive(askOf(request, brand), taskId, forwarderOf(forwarder), reason);
  }
}

const askOf = (request: unknown, brand: string | undefined): ForwardingAsk => ({ actor: actorOf(request), scope: 'all', brand });

/** A local time would mean another instant on every server. */
function instantOf(field: string, text: string): number {
  const ms = /(Z|[+-]\d{2}:?\d{2})$/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new VitrineError(
    'bad_input',
    { en: `${field} is no instant with a zone.`, zh: `${field} 不是带时区的时间。` },
    {
      remedy: { en: 'Write it as 2026-10-18T21:00:00+08:00.', zh: '请写成 2026-10-18T21:00:00+08:00 的形式。' },
      details: [{ field, message: 'no zone' }],
    },
  );
}
