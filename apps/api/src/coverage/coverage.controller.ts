import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { AccountHealth, CoverageGap, CoverageRow, HealthSummary, Page } from '@app/contracts';
import { AccountHealthService, CoverageService } from '@app/coverage';
import { pageOf } from '../http/page.dto';
import { AccountDaysQuery, CoverageParameters, HealthParameters } from './coverage.dto';

@ApiTags('coverage')
@Controller('api/v1')
export class CoverageController {
  constructor(
    private readonly coverage: CoverageService,
    private readonly health: AccountHealthService,
  ) {}

  @Get('coverage')
  @ApiOperation({ summary: 'Expected against received per account and kind; null where nothing is expected, with the reason' })
  async rows(@Query() query: CoverageParameters): Promise<Page<CoverageRow>> {
    const rows = await this.coverage.rows('all', query, query.kind && [query.kind]);
    return pageOf(rows, ({ platform, accountId, kind }) => `${platform}/${accountId} ${kind}`, query);
  }

  @Get('coverage/gaps')
  @ApiOperation({ summary: 'Every span of missing days with its reason' })
  async gaps(@Query() query: CoverageParameters): Promise<Page<CoverageGap>> {
    const gaps = await this.coverage.gaps('all', query, query.kind && [query.kind]);
    return pageOf(gaps, ({ platform, accountId, kind, from }) => `${platform}/${accountId} ${kind} ${from}`, query);
  }

  @Get('health/accounts')
  @ApiOperation({ summary: 'How each account stands and what to do, those first that need somebody most' })
  async accounts(@Query() query: HealthParameters): Promise<Page<AccountHealth>> {
    const accounts = await this.health.list('all', query);
    const place = new Map(accounts.map((account, at) => [account, String(at).padStart(8, '0')]));
    const wanted = accounts.filter(({ state }) => query.state === undefined || state === query.state);
    return pageOf(wanted, (account) => place.get(account) ?? '', query);
  }

  @Get('health/summary')
  @ApiOperation({ summary: 'How many accounts are complete, which need somebody, what to do' })
  summary(@Query() query: AccountDaysQuery): Promise<HealthSummary> {
    return this.health.summary('all', query);
  }
}
