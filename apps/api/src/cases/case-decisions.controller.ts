import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AppealService, DecisionService, RectificationService } from '@app/cases';
import type { Appeal, IntegrityCase, Rectification } from '@app/contracts';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { caseAsker } from '../http/case-asker';
import { AppealRequest, DecisionRequest, OrderRequest, PenaltyRequest, ReasonRequest } from './cases.dto';

@ApiTags('cases')
@Controller('api/v1/cases/:caseId')
export class CaseDecisionsController {
  constructor(
    private readonly decisions: DecisionService,
    private readonly appeals: AppealService,
    private readonly rectifications: RectificationService,
  ) {}

  @Post('decide')
  @Allow('case.decide')
  @HttpCode(200)
  @ApiOperation({ summary: 'Decide a case that the asker has claimed' })
  decide(
    @AskedBy() asker: Asker,
    @Param('caseId') caseId: string,
    @Body() { outcome, reasonCode, reason, signalIds, exclude, warn }: DecisionRequest,
  ): Promise<IntegrityCase> {
    return this.decisions.decide(caseAsker(asker), caseId, { outcome, reasonCode, reason, signalIds, exclude, warn });
  }

  @Post('penalties')
  @Allow('penalty.propose')
  @ApiOperation({ summary: 'Propose a penalty of a confirmed case; another person confirms it' })
  propose(
    @AskedBy() asker: Asker,
    @Param('caseId') caseId: string,
    @Body() { dealerId, months, reason }: PenaltyRequest,
  ): Promise<IntegrityCase> {
    return this.decisions.propose(caseAsker(asker), caseId, { dealerId, months, reason });
  }

  @Post('effects/:effectId/confirm')
  @Allow('penalty.confirm')
  @HttpCode(200)
  @ApiOperation({ summary: 'Confirm a penalty that somebody else proposed' })
  confirm(
    @AskedBy() asker: Asker,
    @Param('caseId') caseId: string,
    @Param('effectId') effectId: string,
    @Body() { reason }: ReasonRequest,
  ): Promise<IntegrityCase> {
    return this.decisions.confirm(caseAsker(asker), { caseId, effectId }, reason);
  }

  @Post('effects/:effectId/reject')
  @Allow('penalty.confirm')
  @HttpCode(200)
  @ApiOperation({ summary: 'Reject a proposed penalty' })
  reject(
    @AskedBy() asker: Asker,
    @Param('caseId') caseId: string,
    @Param('effectId') effectId: string,
    @Body() { reason }: ReasonRequest,
  ): Promise<IntegrityCase> {
    return this.decisions.reject(caseAsker(asker), { caseId, effectId }, reason);
  }

  @Post('effects/:effectId/end')
  @Allow('case.decide')
  @HttpCode(200)
  @ApiOperation({ summary: 'End one effect: what was left out counts again, a warning or penalty counts no more' })
  end(
    @AskedBy() asker: Asker,
    @Param('caseId') caseId: string,
    @Param('effectId') effectId: string,
    @Body() { reason }: ReasonRequest,
  ): Promise<IntegrityCase> {
    return this.decisions.end(caseAsker(asker), { caseId, effectId }, reason);
  }

  @Post('appeals')
  @Allow('appeal.write')
  @ApiOperation({ summary: 'Appeal against findings of a confirmed case' })
  appeal(@AskedBy() asker: Asker, @Param('caseId') caseId: string, @Body() { signalIds, ground, text }: AppealRequest): Promise<Appeal> {
    return this.appeals.file(caseAsker(asker), caseId, { signalIds, ground, text });
  }

  @Post('rectifications')
  @Allow('rectification.write')
  @ApiOperation({ summary: 'Order the dealer of a confirmed case to put something right (整改单)' })
  order(
    @AskedBy() asker: Asker,
    @Param('caseId') caseId: string,
    @Body() { dealerId, text, workingDays }: OrderRequest,
  ): Promise<Rectification> {
    return this.rectifications.order(caseAsker(asker), caseId, { dealerId, text, workingDays });
  }
}
