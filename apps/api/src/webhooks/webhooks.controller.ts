import { Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { VitrineError } from '@app/contracts';
import { WebhookInbox } from '@app/connect';
import { metrics, type Logger } from '@app/observability';
import { WEBHOOK_CHANNELS, type WebhookChannel, type WebhookRequest } from '@app/platforms';
import { Public } from '../http/allow.decorator';
import type { BytesRequest } from '../http/webhook-body';
import { WEBHOOK_LOGGER } from './webhook-logger';
import { WebhookWaker } from './webhook-waker.service';

type Received = BytesRequest & { query: Record<string, unknown> };
interface Answer {
  status(code: number): Answer;
  type(type: string): Answer;
  send(body: string): void;
}

/** Open: the signature of the platform is checked. */
@Public()
@ApiTags('webhooks')
@Controller('api/v1/webhooks')
export class WebhooksController {
  constructor(
    private readonly inbox: WebhookInbox,
    private readonly waker: WebhookWaker,
    @Inject(WEBHOOK_LOGGER) private readonly logger: Logger,
  ) {}

  @Post(':channel')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Pushes of a platform: the signature is checked as the platform makes it, then the push is stored and answered',
  })
  @ApiParam({ name: 'channel', enum: WEBHOOK_CHANNELS })
  post(@Param('channel') channel: string, @Req() request: Received, @Res() response: Answer): Promise<void> {
    return this.receive('POST', channelOf(channel), request, response);
  }

  /** WeChat checks an address by a GET. */
  @Get(':channel')
  @ApiExcludeEndpoint()
  get(@Param('channel') channel: string, @Req() request: Received, @Res() response: Answer): Promise<void> {
    return this.receive('GET', channelOf(channel), request, response);
  }

  private async receive(method: 'GET' | 'POST', channel: WebhookChannel, request: Received, response: Answer): Promise<void> {
    const received = await this.inbox.receive(channel, pushOf(method, request));
    if ('refused' in received) {
      metrics.webhooks.inc({ channel, outcome: received.refused });
      this.logger.warn({ channel, reason: received.refused }, 'a push was refused');
      // without details: who forges pushes learns nothing
      response
        .status(received.refused === 'malformed' ? 400 : 401)
        .type('application/json')
        .send('{}');
      return;
    }
    metrics.webhooks.inc({ channel, outcome: received.waiting ? 'stored' : 'answered' });
    const { answer } = received;
    const json = typeof answer === 'object' || answer.startsWith('{');
    response
      .status(200)
      .type(json ? 'application/json' : 'text/plain')
      .send(typeof answer === 'object' ? JSON.stringify(answer) : answer);
    if (received.waiting) this.waker.wake();
  }
}

function channelOf(name: string): WebhookChannel {
  const channel = WEBHOOK_CHANNELS.find((known) => known === name);
  if (channel) return channel;
  throw new VitrineError('not_found', { en: 'There is no such channel of pushes.', zh: '没有此推送通道。' });
}

const textsOf = (fields: Record<string, unknown>): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? value : undefined]));

function pushOf(method: 'GET' | 'POST', { headers, query, body }: Received): WebhookRequest {
  return { method, headers: textsOf(headers), query: textsOf(query), body: Buffer.isBuffer(body) ? body : Buffer.alloc(0) };
}
