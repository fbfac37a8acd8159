import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { METRICS, Overview } from '@app/contracts';
import { ReportService } from '@app/reports';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';

@ApiTags('overview')
@Controller('api/v1')
export class OverviewController {
  constructor(private readonly reports: ReportService) {}

  @Get('overview')
  @Allow('overview.read')
  @ApiOperation({ summary: 'The brand, the months that have facts, the month to open first' })
  overview(@AskedBy() { scope, brand }: Asker): Promise<Overview> {
    return this.reports.overview(scope, brand);
  }

  @Get('catalogue')
  @Allow('catalogue.read')
  @ApiOperation({ summary: 'Every metric: name, definition, unit, in both languages' })
  catalogue() {
    return { metrics: METRICS };
  }
}
