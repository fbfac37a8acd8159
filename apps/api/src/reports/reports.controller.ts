import type { IncomingMessage, ServerResponse } from 'node:http';
import { Controller, Get, Param, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { REPORTS, ReportName, VitrineError } from '@app/contracts';
import type { Page, ReconciliationRow } from '@app/contracts';
import { ReconciliationService, ReportService } from '@app/reports';
import type { ReconciliationReport } from '@app/reports';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { pageOf } from '../http/page.dto';
import { PackedAnswers } from './packed-answers';
import { ReconciliationQuery } from './reconciliation.dto';
import { ReportParameters } from './report.dto';

@ApiTags('reports')
@Controller('api/v1/reports')
export class ReportsController {
  private readonly packedAnswers = new PackedAnswers();

  constructor(
    private readonly reports: ReportService,
    private readonly reconciled: ReconciliationService,
  ) {}

  @Get('reconciliation')
  @Allow('reconciliation.read')
  @ApiOperation({ summary: 'Figures that two sources tell, the largest difference first' })
  async reconciliation(
    @AskedBy() { scope, brand }: Asker,
    @Query() query: ReconciliationQuery,
  ): Promise<Page<ReconciliationRow> & Pick<ReconciliationReport, 'meta'>> {
    const { limit, cursor, q, beyond, ...asked } = query;
    const { rows, meta } = await this.reconciled.report(scope, { ...asked, brand });
    const wanted = rows.filter((row) => (!beyond || row.beyond) && (!q || row.name.includes(q) || row.accountId.includes(q)));
    const places = new Map(wanted.map((row, at) => [row, String(at).padStart(9, '0')]));
    return { ...pageOf(wanted, (row) => places.get(row) ?? '', { limit, cursor }), meta };
  }

  @Get(':name')
  @Allow('report.read')
  @ApiOperation({ summary: 'A report: the rows and meta that `vitrine report <name> --format json` prints' })
  @ApiParam({ name: 'name', enum: REPORTS })
  @ApiOkResponse({ description: '{ rows, meta }; a figure that cannot be known is null, with its reason in reasons' })
  async report(
    @AskedBy() { scope, brand }: Asker,
    @Param('name') name: string,
    @Query() { packed, ...parameters }: ReportParameters,
    @Req() request: IncomingMessage,
    @Res({ passthrough: true }) response: ServerResponse,
  ) {
    if (!(REPORTS as readonly string[]).includes(name))
      throw new VitrineError('not_found', {
        en: `There is no report "${name.slice(0, 40)}". There are: ${REPORTS.join(', ')}.`,
        zh: `没有名为“${name.slice(0, 40)}”的报表，可用：${REPORTS.join('、')}。`,
      });
    const report = await this.reports.report({ ...parameters, brand, name: name as ReportName }, scope);
    if (!packed) return report;
    const { body, encoding } = await this.packedAnswers.of(report, request.headers['accept-encoding']);
    response.setHeader('Vary', 'Accept-Encoding, Accept-Language');
    if (encoding) response.setHeader('Content-Encoding', encoding);
    return new StreamableFile(body, { type: 'application/json; charset=utf-8', length: body.length });
  }
}
