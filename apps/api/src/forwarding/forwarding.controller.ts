import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForwardingCompletion, ForwardingTaskRow, Page, VitrineError, forwarderText } from '@app/contracts';
import { ForwardingAsk, ForwardingService, forwarderOf } from '@app/reports';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
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
  @Allow('forwarding.read')
  @ApiOperation({ summary: 'Tasks with their assignments, the latest deadline first' })
  async list(@AskedBy() { scope, brand }: Asker, @Query() { state, ...query }: ForwardingTaskParameters): Promise<Page<ForwardingTaskRow>> {
    const rows = await this.forwarding.list(scope, { ...query, brand });
    const asked = rows.filter(
      ({ counts, taskId, title }) => (!state || counts[state] > 0) && (!query.q || `${taskId} ${title}`.includes(query.q)),
    );
    return pageOf(asked, placeOf, query);
  }

  @Get('tasks/:taskId')
  @Allow('forwarding.read')
  @ApiOperation({ summary: 'One task' })
  get(@Query() _: BrandParameters, @AskedBy() { scope, brand }: Asker, @Param('taskId') taskId: string): Promise<ForwardingTaskRow> {
    return this.forwarding.get(scope, taskId, brand);
  }

  @Get('completion')
  @Allow('forwarding.read')
  @ApiOperation({ summary: 'How each dealer and its forwarders did what they were asked; joins are the effect' })
  async completion(@AskedBy() { scope, brand }: Asker, @Query() query: ForwardingParameters): Promise<Page<ForwardingCompletion>> {
    const rows = await this.forwarding.completion(scope, { ...query, brand });
    const textOf = (row: ForwardingCompletion): string => (row.forwarder ? forwarderText(row.forwarder) : '');
    return pageOf(rows, (row) => `${row.dealerId ?? '\uffff'} ${textOf(row)}`, query);
  }

  @Post('tasks')
  @Allow('forwarding.task')
  @ApiOperation({ summary: 'Make a task, or add forwarders to one' })
  assign(@AskedBy() asker: Asker, @Body() { dueAt, forwarders, ...body }: AssignBody): Promise<ForwardingTaskRow> {
    const given = { ...body, dueAt: instantOf('dueAt', dueAt), forwarders: forwarders.map(forwarderOf) };
    return this.forwarding.assign(askOf(asker), given);
  }

  @Post('tasks/:taskId/proofs')
  @Allow('forwarding.prove')
  @HttpCode(200)
  @ApiOperation({ summary: 'Hand in where it was forwarded, and the joins that a source tells' })
  prove(@AskedBy() asker: Asker, @Param('taskId') taskId: string, @Body() body: ProofBody): Promise<ForwardingTaskRow> {
    const { forwarder, forwardedAt, ...proof } = body;
    const given = { ...proof, forwardedAt: instantOf('forwardedAt', forwardedAt) };
    return this.forwarding.prove(askOf(asker), taskId, forwarderOf(forwarder), given);
  }

  @Post('tasks/:taskId/waivers')
  @Allow('forwarding.waive')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take an assignment back; 409 when it is proved or waived already' })
  waive(@AskedBy() asker: Asker, @Param('taskId') taskId: string, @Body() body: WaiverBody): Promise<ForwardingTaskRow> {
    return this.forwarding.waive(askOf(asker), taskId, forwarderOf(body.forwarder), body.reason);
  }
}

const askOf = ({ actor, scope, brand }: Asker): ForwardingAsk => ({ actor, scope, brand });

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
