import type { ServerResponse } from 'node:http';
import { Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { VitrineError } from '@app/contracts';
import { SignedDeliveries, type PluginResult, type SignedResult } from '@app/ingest';
import { Public } from '../http/allow.decorator';
import type { UnreadRequest } from '../http/ingest-body';

const RETRY_SECONDS = '2';

@ApiTags('ingest')
@Controller('api/v1/ingest')
export class IngestController {
  constructor(private readonly deliveries: SignedDeliveries) {}

  /** Open: a signature with an ingest key says whose facts these are. */
  @Post(':kind')
  @Public()
  @HttpCode(200)
  @ApiOperation({ summary: 'Facts of another system: NDJSON, one row a line (gzip allowed), signed with an ingest key (docs/ingest.md)' })
  @ApiHeader({ name: 'X-Vitrine-Key', description: 'Id of the key, ik_…' })
  @ApiHeader({ name: 'X-Vitrine-Timestamp', description: 'Epoch seconds or milliseconds, within five minutes of the server' })
  @ApiHeader({ name: 'X-Vitrine-Signature', description: 'Hex HMAC-SHA256 of "<timestamp>.<body as sent>" with the secret of the key' })
  @ApiConsumes('application/x-ndjson', 'application/json')
  @ApiBody({ schema: { type: 'string' } })
  @ApiResponse({ status: 200, description: 'Counts and the first rejects; never a value' })
  async receive(
    @Param('kind') kind: string,
    @Req() request: UnreadRequest,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<SignedResult | PluginResult> {
    try {
      return await this.deliveries.receive({ kind, headers: { ...request.headers, 'content-type': request.mediaType }, body: request });
    } catch (error) {
      // whoever is refused before the end of the body has the connection closed, not the rest of the body read
      response.setHeader('Connection', 'close');
      if (error instanceof VitrineError && error.code === 'too_many') response.setHeader('Retry-After', RETRY_SECONDS);
      throw error;
    }
  }
}
