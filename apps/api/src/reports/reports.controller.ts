import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { REPORTS, ReportName, VitrineError } from '@app/contracts';
import { ReportService } from '@app/reports';
import { ReportParameters } from './report.dto';

@ApiTags('reports')
@Controller('api/v1/reports')
export class ReportsController {
  constructor(private readonly reports: ReportService) {}

  @Get(':name')
  @ApiOperation({ summary: 'A report: the rows and meta that `vitrine report <name> --format json` prints' })
  @ApiParam({ name: 'name', enum: REPORTS })
  @ApiOkResponse({ description: '{ rows, meta }; a figure that cannot be known is null, with its reason in reasons' })
  report(@Param('name') name: string, @Query() parameters: ReportParameters) {
    if (!(REPORTS as readonly string[]).includes(name))
      throw new VitrineError('not_found', {
        en: `There is no report "${name.slice(0, 40)}". There are: ${REPORTS.join(', ')}.`,
        zh: `没有名为“${name.slice(0, 40)}”的报表，可用：${REPORTS.join('、')}。`,
      });
    return this.reports.report({ ...parameters, name: name as ReportName }, 'all');
  }
}
