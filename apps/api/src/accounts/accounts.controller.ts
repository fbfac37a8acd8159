import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccountListRow, PLATFORMS, Page, Platform, SessionListRow, VitrineError } from '@app/contracts';
import { DirectoryService, ReportService, SeriesMonth, SessionListService } from '@app/reports';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { PageQuery, pageOf } from '../http/page.dto';
import { SeriesParameters } from '../http/series.dto';
import { SessionParameters } from './sessions.dto';

/** Pages are in ascending order of their keys. */
const LAST_INSTANT = 8.64e15;

/** The platform of a path; an unknown one is bad input that names the three. */
function platformOf(text: string): Platform {
  const platform = PLATFORMS.find((known) => known === text);
  if (platform) return platform;
  throw new VitrineError(
    'bad_input',
    { en: `Unknown platform. Known are ${PLATFORMS.join(', ')}.`, zh: `未知平台，可用的平台：${PLATFORMS.join('、')}。` },
    { details: [{ field: 'platform', message: 'unknown' }] },
  );
}

@ApiTags('accounts')
@Controller('api/v1/accounts')
export class AccountsController {
  constructor(
    private readonly directory: DirectoryService,
    private readonly reports: ReportService,
    private readonly sessionLists: SessionListService,
  ) {}

  @Get()
  @Allow('account.read')
  @ApiOperation({ summary: 'Accounts with their owner today; undeclared ones included and marked' })
  async list(@AskedBy() { scope, brand }: Asker, @Query() query: PageQuery): Promise<Page<AccountListRow>> {
    return pageOf(await this.directory.accounts(scope, query.q, brand), (row) => `${row.platform}/${row.accountId}`, query);
  }

  @Get(':platform/:accountId')
  @Allow('account.read')
  @ApiOperation({ summary: 'One account' })
  get(
    @AskedBy() { scope, brand }: Asker,
    @Param('platform') platform: string,
    @Param('accountId') accountId: string,
  ): Promise<AccountListRow> {
    return this.directory.getAccount(scope, platformOf(platform), accountId, brand);
  }

  @Get(':platform/:accountId/sessions')
  @Allow('account.read')
  @ApiOperation({ summary: 'Live sessions of a month or span, latest first, each with its identifiability' })
  async sessions(
    @AskedBy() { scope, brand }: Asker,
    @Param('platform') platform: string,
    @Param('accountId') accountId: string,
    @Query() query: SessionParameters,
  ): Promise<Page<SessionListRow>> {
    const rows = await this.sessionLists.sessions(scope, platformOf(platform), accountId, { ...query, brand });
    return pageOf(rows, ({ startedAt, sessionId }) => `${String(LAST_INSTANT - startedAt).padStart(15, '0')} ${sessionId}`, query);
  }

  @Get(':platform/:accountId/series')
  @Allow('account.read')
  @ApiOperation({ summary: 'Both key figures, score and rank month by month' })
  async series(
    @AskedBy() { scope, brand }: Asker,
    @Param('platform') platform: string,
    @Param('accountId') accountId: string,
    @Query() query: SeriesParameters,
  ): Promise<{ months: SeriesMonth[] }> {
    const subject = { level: 'account' as const, platform: platformOf(platform), accountId };
    return { months: await this.reports.series(subject, query.to, query.months, scope, brand) };
  }
}
