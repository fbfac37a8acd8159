import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Page, Proposal, ProposalPreview } from '@app/contracts';
import { ProposalService } from '@app/ingest';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { FourEyes } from '../http/four-eyes';
import { OfBrand } from '../http/brand-code';
import { NewProposal, ProposalNote, ProposalsQuery } from './proposals.dto';

@ApiTags('proposals')
@Controller('api/v1/proposals')
export class ProposalsController {
  constructor(
    private readonly proposals: ProposalService,
    private readonly eyes: FourEyes,
  ) {}

  @Get()
  @Allow('proposal.read')
  @ApiOperation({ summary: 'Proposed changes of rate cards and policies, the newest first' })
  list(@AskedBy() asker: Asker, @Query() query: ProposalsQuery): Promise<Page<Proposal>> {
    return this.proposals.list(query, asker);
  }

  @Get(':proposalId')
  @Allow('proposal.read')
  @ApiOperation({ summary: 'What a proposal changes and reaches, and what others changed since' })
  get(@Query() _: OfBrand, @AskedBy() asker: Asker, @Param('proposalId') proposalId: string): Promise<ProposalPreview> {
    return this.proposals.get(proposalId, asker);
  }

  @Post()
  @Allow('proposal.write')
  @ApiOperation({ summary: 'Propose rows of rate-cards or policies: nothing changes until a second person activates it' })
  propose(@AskedBy() asker: Asker, @Body() { kind, rows, reason }: NewProposal): Promise<ProposalPreview> {
    return this.proposals.propose({ kind, rows, reason, actor: asker.actor }, asker);
  }

  @Post(':proposalId/activate')
  @Allow('proposal.activate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Write the rows as new versions; refused to who proposed it, and when what it was made upon has changed' })
  async activate(@AskedBy() asker: Asker, @Param('proposalId') proposalId: string, @Body() note: ProposalNote): Promise<Proposal> {
    const alone = await this.eyes.isAlone(asker.brand);
    return this.proposals.activate(proposalId, { actor: asker.actor, reason: note?.reason ?? null, alone }, asker);
  }

  @Post(':proposalId/reject')
  @Allow('proposal.activate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Leave everything as it is; refused to who proposed it' })
  reject(@AskedBy() asker: Asker, @Param('proposalId') proposalId: string, @Body() note: ProposalNote): Promise<Proposal> {
    return this.proposals.reject(proposalId, { actor: asker.actor, reason: note?.reason ?? null }, asker);
  }

  @Post(':proposalId/withdraw')
  @Allow('proposal.write')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take one’s own proposal back' })
  withdraw(@AskedBy() asker: Asker, @Param('proposalId') proposalId: string, @Body() note: ProposalNote): Promise<Proposal> {
    return this.proposals.withdraw(proposalId, { actor: asker.actor, reason: note?.reason ?? null }, asker);
  }
}
