import type { IncomingMessage, ServerResponse } from 'node:http';
import { Controller, Get, Headers, Param, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PLATFORMS, type LiveBoard, type LiveSession, type Platform, VitrineError } from '@app/contracts';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { EventLine } from './event-line';
import { LiveFeed } from './live-feed.service';
import { LiveSessionService } from './live-session.service';
import { LiveSessionParameters } from './live.dto';

/** The platform of a path; an unknown one has no broadcast. */
function platformOf(text: string): Platform {
  const platform = PLATFORMS.find((known) => known === text);
  if (platform) return platform;
  throw new VitrineError('not_found', { zh: '没有该直播场次。', en: 'There is no such broadcast.' });
}

@ApiTags('live')
@Controller('api/v1/live')
export class LiveController {
  constructor(
    private readonly feed: LiveFeed,
    private readonly sessions: LiveSessionService,
  ) {}

  @Get()
  @Allow('live.read')
  @ApiOperation({ summary: 'Rooms that are live now as far as is known, how fresh that is, and those whose figures come the next day' })
  board(@AskedBy() asker: Asker): Promise<LiveBoard> {
    return this.feed.board(asker);
  }

  @Get('rooms/:platform/:accountId')
  @Allow('live.read')
  @ApiOperation({ summary: 'One broadcast minute by minute, with what was declared for its time; without sessionId the latest' })
  session(
    @AskedBy() { scope, brand }: Asker,
    @Param('platform') platform: string,
    @Param('accountId') accountId: string,
    @Query() { sessionId }: LiveSessionParameters,
  ): Promise<LiveSession> {
    return this.sessions.get(scope, { brand, platform: platformOf(platform), accountId, sessionId });
  }

  /** Server-sent events `board`, `change`, `end` (docs/live.md). Whoever was cut off goes on by `Last-Event-ID`. Throws `too_many`. */
  @Get('stream')
  @Allow('live.read')
  @ApiExcludeEndpoint() // the description cannot say what a stream answers, and it never ends
  async stream(
    @AskedBy() asker: Asker,
    @Req() request: IncomingMessage & { id?: unknown; ip?: string },
    @Res() response: ServerResponse,
    @Headers('last-event-id') lastId?: string,
  ): Promise<void> {
    const giveBack = this.feed.take(asker);
    const line: EventLine = new EventLine(response, () => {
      giveBack();
      this.feed.leave(asker.brand, line);
    });
    const { headers, id, ip } = request;
    const origin = { ip: ip ?? null, userAgent: headers['user-agent'] ?? null, requestId: id === undefined ? null : String(id) };
    const bearer = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
    await this.feed.listen({ asker, bearer, origin }, line, lastId);
  }
}
