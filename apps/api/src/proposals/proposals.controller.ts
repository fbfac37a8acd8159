import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Page, Proposal, ProposalPreview } from '@app/contracts';
import { ProposalService } from '@app/ingest';
import { actorOf } from '../http/actor';
import { OfBrand } from '../http/brand-code';
import { NewProposal, ProposalNote, ProposalsQuery } from './proposals.dto';

/** Everybody who reaches the interface sees the whole brand until there is sign-in. */
const askerOf = (asked?: OfBrand) => ({ scope: 'all' as const, brand: asked?.brand });

@ApiTags('proposals')
@Controller('api/v1/proposals')
export class ProposalsController {
  constructor(private readonly proposals: ProposalService) {}

  @Get()
  @ApiOperation({ summary: 'Proposed changes of rate cards and policies, the newest first' })
  list(@Query() query: ProposalsQuery): Promise<Page<Proposal>> {
    return this.proposals.list(query, askerOf(query));
  }

  @Get(':proposalId')
  @ApiOperation({ summary: 'What a proposal changes and reaches, and what others changed since' })
  get(@Param('proposalId') proposalId: string, @Query() query: OfBrand): Promise<ProposalPreview> {
    return this.proposals.get(proposalId, askerOf(query));
  }

  @Post()
  @ApiOperation({ summary: 'Propose rows of rate-cards or policies: nothing changes until a second person activates it' })
  propose(@Body() { brand, kind, rows, reason }: NewProposal, @Req() request: unknown): Promise<ProposalPreview> {
    return this.proposals.propose({ kind, rows, reason, actor: actorOf(request) }, askerOf({ brand }));
  }

  @Post(':proposalId/activate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Write the rows as new versions; refused to who proposed it, and when what it was made upon has changed' })
  activate(@Param('proposalId') proposalId: string, @Body() note: ProposalNote, @Req() request: unknown): Promise<Proposal> {
    return this.proposals.activate(proposalId, { actor: actorOf(request), reason: note?.reason ?? null }, askerOf(note));
  }

  @Post(':proposalId/reject')
  @HttpCode(200)
  @ApiOperation({ summary: 'Leave everything as it is; refused to who proposed it' })
  reject(@Param('proposalId') proposalId: string, @Body() note: ProposalNote, @Req() request: unknown): Promise<Proposal> {
    return this.proposals.reject(proposalId, { actor: actorOf(request), reason: note?.reason ?? null }, askerOf(note));
  }

  @Post(':proposalId/withdraw')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take one’s own proposal back' })
  withdraw(@Param('proposalId') proposalId: string, @Body() note: ProposalNote, @Req() request: unknown): Promise<Proposal> {
    return this.proposals.withdraw(proposalId, { actor: actorOf(request), reason: note?.reason ?? null }, askerOf(note));
  }
}
