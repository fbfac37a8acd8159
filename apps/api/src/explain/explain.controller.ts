import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Explanation } from '@app/contracts';
import { ExplainService } from '@app/explain';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { ExplainParameters } from './explain.dto';

@ApiTags('explain')
@Controller('api/v1/explain')
export class ExplainController {
  constructor(private readonly explained: ExplainService) {}

  @Get(':figure')
  @Allow('explain.read')
  @ApiOperation({
    summary: 'Everything behind a figure of a report: formula, versions, inputs, rows down to the deliveries they came with',
  })
  @ApiParam({ name: 'figure', example: 'valueCny', description: 'key of the metric catalogue' })
  @ApiOkResponse({ description: 'An explanation; rows are a page, with nextCursor' })
  explain(
    @AskedBy() { scope, brand }: Asker,
    @Param('figure') figure: string,
    @Query() parameters: ExplainParameters,
  ): Promise<Explanation> {
    return this.explained.explain({ ...parameters, brand, figure }, scope);
  }
}
