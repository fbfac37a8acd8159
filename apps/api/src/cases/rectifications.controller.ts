import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { RectificationService } from '@app/cases';
import type { Page, Rectification } from '@app/contracts';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { pageInOrder } from '../http/page.dto';
import { caseAsker } from '../http/case-asker';
import { AnswerRequest, ReasonRequest, RectificationListQuery } from './cases.dto';

@ApiTags('cases')
@Controller('api/v1/rectifications')
export class RectificationsController {
  constructor(private readonly rectifications: RectificationService) {}

  @Get()
  @Allow('case.read')
  @ApiOperation({ summary: 'Rectification orders (整改单), the newest first' })
  async list(@AskedBy() asker: Asker, @Query() query: RectificationListQuery): Promise<Page<Rectification>> {
    return pageInOrder(await this.rectifications.list(caseAsker(asker), { state: query.state }), query);
  }

  @Post(':rectificationId/answer')
  @Allow('rectification.answer')
  @HttpCode(200)
  @ApiOperation({ summary: 'The dealer says what was done' })
  answer(@AskedBy() asker: Asker, @Param('rectificationId') id: string, @Body() { text }: AnswerRequest): Promise<Rectification> {
    return this.rectifications.answer(caseAsker(asker), id, text);
  }

  @Post(':rectificationId/close')
  @Allow('rectification.write')
  @HttpCode(200)
  @ApiOperation({ summary: 'A reviewer finds that it is put right' })
  close(@AskedBy() asker: Asker, @Param('rectificationId') id: string, @Body() { reason }: ReasonRequest): Promise<Rectification> {
    return this.rectifications.close(caseAsker(asker), id, reason);
  }

  @Post(':rectificationId/reopen')
  @Allow('rectification.write')
  @HttpCode(200)
  @ApiOperation({ summary: 'Open it again' })
  reopen(@AskedBy() asker: Asker, @Param('rectificationId') id: string, @Body() { reason }: ReasonRequest): Promise<Rectification> {
    return this.rectifications.reopen(caseAsker(asker), id, reason);
  }
}
