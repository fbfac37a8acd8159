import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Explanation } from '@app/contracts';
import { ExplainService } from '@app/explain';
import { ExplainParameters } from './explain.dto';

@ApiTags('explain')
@Controller('api/v1/explain')
export class ExplainController {
  constructor(private readonly explained: ExplainService) {}

  @Get(':figure')
  @ApiOperation({
    summary: 'Everything behind a figure of a report: formula, versions, inputs, rows down to the deliveries they came with',
  })
  @ApiParam({ name: 'figure', example: 'valueCny', description: 'key of the metric catalogue' })
  @ApiOkResponse({ description: 'An explanation; rows are a page, with nextCursor' })
  explain(@Param('figure') figure: string, @Query() parameters: ExplainParameters): Promise<Explanation> {
    return this.explained.explain({ ...parameters, figure }, 'all');
  }
}
