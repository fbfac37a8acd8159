import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Page, SentinelProposal } from '@app/contracts';
import { SentinelService } from '@app/reports';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { pageOf } from '../http/page.dto';
import { Decision, ProposalQuery } from './sentinels.dto';

@ApiTags('sentinels')
@Controller('api/v1/sentinels/proposals')
export class SentinelsController {
  constructor(private readonly sentinels: SentinelService) {}

  @Get()
  @Allow('sentinel.read')
  @ApiOperation({ summary: 'Viewer keys that behave like no person, with the evidence' })
  async list(@AskedBy() { brand }: Asker, @Query() query: ProposalQuery): Promise<Page<SentinelProposal>> {
    return pageOf(await this.sentinels.list(query.state, brand), (row) => row.viewer, query);
  }

  @Post()
  @Allow('sentinel.decide')
  @HttpCode(200)
  @ApiOperation({ summary: 'Look through the last 35 days; what is found is proposed, nothing is changed' })
  propose(@AskedBy() { brand }: Asker): Promise<{ found: number; proposed: number }> {
    return this.sentinels.propose(undefined, brand);
  }

  @Post(':viewer/accept')
  @Allow('sentinel.decide')
  @HttpCode(200)
  @ApiOperation({ summary: 'Put the key into the list of sentinels' })
  accept(@AskedBy() { brand }: Asker, @Param('viewer') viewer: string, @Body() decision: Decision): Promise<SentinelProposal> {
    return this.sentinels.accept(viewer, decision?.note ?? null, brand);
  }

  @Post(':viewer/reject')
  @Allow('sentinel.decide')
  @HttpCode(200)
  @ApiOperation({ summary: 'Keep it as a viewer' })
  reject(@AskedBy() { brand }: Asker, @Param('viewer') viewer: string, @Body() decision: Decision): Promise<SentinelProposal> {
    return this.sentinels.reject(viewer, decision?.note ?? null, brand);
  }
}
