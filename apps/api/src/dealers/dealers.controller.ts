import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DealerListRow, Page } from '@app/contracts';
import { DirectoryService, ReportService, SeriesMonth } from '@app/reports';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
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
  @Allow('dealer.read')
  @ApiOperation({ summary: 'Dealers as they stand today, with the number of accounts they own' })
  async list(@AskedBy() { scope, brand }: Asker, @Query() query: PageQuery): Promise<Page<DealerListRow>> {
    return pageOf(await this.directory.dealers(scope, query.q, brand), (row) => row.dealerId, query);
  }

  @Get(':dealerId')
  @Allow('dealer.read')
  @ApiOperation({ summary: 'One dealer' })
  get(@AskedBy() { scope, brand }: Asker, @Param('dealerId') dealerId: string): Promise<DealerListRow> {
    return this.directory.getDealer(scope, dealerId, brand);
  }

  @Get(':dealerId/series')
  @Allow('dealer.read')
  @ApiOperation({ summary: 'Both key figures, score and rank month by month' })
  async series(
    @AskedBy() { scope, brand }: Asker,
    @Param('dealerId') dealerId: string,
    @Query() query: SeriesParameters,
  ): Promise<{ months: SeriesMonth[] }> {
    return { months: await this.reports.series({ level: 'dealer', dealerId }, query.to, query.months, scope, brand) };
  }
}
