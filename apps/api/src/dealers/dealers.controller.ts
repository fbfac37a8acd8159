import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DealerListRow, Page } from '@app/contracts';
import { DirectoryService, ReportService, SeriesMonth } from '@app/reports';
import { PageQuery, pageOf } from '../http/page.dto';
import { SeriesParameters } from '../http/series.dto';

@ApiTags('dealers')
@Controller('api/v1/dealers')
export class DealersController {
  constructor(
    private readonly directory: DirectoryService,
    private readonly reports: ReportService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Dealers as they stand today, with the number of accounts they own' })
  async list(@Query() query: PageQuery): Promise<Page<DealerListRow>> {
    return pageOf(await this.directory.dealers('all', query.q), (row) => row.dealerId, query);
  }

  @Get(':dealerId')
  @ApiOperation({ summary: 'One dealer' })
  get(@Param('dealerId') dealerId: string): Promise<DealerListRow> {
    return this.directory.getDealer('all', dealerId);
  }

  @Get(':dealerId/series')
  @ApiOperation({ summary: 'Both key figures, score and rank month by month' })
  async series(@Param('dealerId') dealerId: string, @Query() query: SeriesParameters): Promise<{ months: SeriesMonth[] }> {
    return { months: await this.reports.series({ level: 'dealer', dealerId }, query.to, query.months, 'all') };
  }
}
