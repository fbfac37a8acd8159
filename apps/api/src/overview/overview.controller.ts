import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { METRICS, Overview } from '@app/contracts';
import { ReportService } from '@app/reports';

@ApiTags('overview')
@Controller('api/v1')
export class OverviewController {
  constructor(private readonly reports: ReportService) {}

  @Get('overview')
  @ApiOperation({ summary: 'The brand, the months that have facts, the month to open first' })
  overview(): Promise<Overview> {
    return this.reports.overview('all');
  }

  @Get('catalogue')
  @ApiOperation({ summary: 'Every metric: name, definition, unit, in both languages' })
  catalogue() {
    return { metrics: METRICS };
  }
}
