import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { CaseService, DecisionService } from '@app/cases';
import {
  CASE_REASONS,
  type CaseOpening,
  type CasePreview,
  type CaseReason,
  type CaseRow,
  type CaseSummary,
  type IntegrityCase,
  type Page,
} from '@app/contracts';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { OfBrand } from '../http/brand-code';
import { pageFrom } from '../http/page.dto';
import { caseAsker } from '../http/case-asker';
import { CaseListQuery, NoteRequest, OpeningRequest } from './cases.dto';

@ApiTags('cases')
@Controller('api/v1/cases')
export class CasesController {
  constructor(
    private readonly cases: CaseService,
    private readonly decisions: DecisionService,
  ) {}

  @Get()
  @Allow('case.read')
  @ApiOperation({ summary: 'Cases, what most is at stake in first; dealers see those of their own accounts once a person looks at them' })
  async list(@AskedBy() asker: Asker, @Query() query: CaseListQuery): Promise<Page<CaseRow>> {
    const { state, platform, accountId, dealerId, detector, mine, order, q } = query;
    const wanted = { states: state, platform, accountId, dealerId, detector, mine, order, q };
    return pageFrom(query, (place) => this.cases.page(caseAsker(asker), wanted, place));
  }

  @Get('reasons')
  @Allow('case.read')
  @ApiOperation({ summary: 'Reason codes of decisions, by outcome' })
  reasons(): readonly CaseReason[] {
    return CASE_REASONS;
  }

  @Get('summary')
  @Allow('case.read')
  @ApiOperation({ summary: 'How many cases stand where, are late, wait for somebody' })
  summary(@Query() _: OfBrand, @AskedBy() asker: Asker): Promise<CaseSummary> {
    return this.cases.summary(caseAsker(asker));
  }

  @Post()
  @Allow('case.work')
  @ApiOperation({ summary: 'Open a case without a detector, or one that was drawn for review' })
  open(@AskedBy() asker: Asker, @Body() { subject, window, origin, reason }: OpeningRequest): Promise<IntegrityCase> {
    return this.cases.openByHand(caseAsker(asker), { subject: subject as CaseOpening['subject'], window, origin, reason });
  }

  @Get(':caseId')
  @Allow('case.read')
  @ApiOperation({ summary: 'One case: findings, what they remove, effects, appeals, log' })
  get(@Query() _: OfBrand, @AskedBy() asker: Asker, @Param('caseId') caseId: string): Promise<IntegrityCase> {
    return this.cases.get(caseAsker(asker), caseId);
  }

  @Get(':caseId/preview')
  @Allow('case.read')
  @ApiOperation({ summary: 'What a decision would remove; writes nothing' })
  preview(@Query() _: OfBrand, @AskedBy() asker: Asker, @Param('caseId') caseId: string): Promise<CasePreview> {
    return this.decisions.preview(caseAsker(asker), caseId);
  }

  @Post(':caseId/claim')
  @Allow('case.work')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take a case for four hours, or renew it' })
  claim(@Body() _: OfBrand, @AskedBy() asker: Asker, @Param('caseId') caseId: string): Promise<IntegrityCase> {
    return this.cases.claim(caseAsker(asker), caseId);
  }

  @Post(':caseId/release')
  @Allow('case.work')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give a claim back' })
  release(@Body() _: OfBrand, @AskedBy() asker: Asker, @Param('caseId') caseId: string): Promise<IntegrityCase> {
    return this.cases.release(caseAsker(asker), caseId);
  }

  @Post(':caseId/notes')
  @Allow('case.work')
  @HttpCode(200)
  @ApiOperation({ summary: 'A note for other reviewers' })
  note(@AskedBy() asker: Asker, @Param('caseId') caseId: string, @Body() { text }: NoteRequest): Promise<IntegrityCase> {
    return this.cases.note(caseAsker(asker), caseId, text);
  }
}
