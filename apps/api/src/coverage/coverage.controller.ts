import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { AccountHealth, CoverageGap, CoverageRow, HealthSummary, Page } from '@app/contracts';
import { AccountHealthService, CoverageService } from '@app/coverage';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
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
  @Allow('coverage.read')
  @ApiOperation({ summary: 'Expected against received per account and kind; null where nothing is expected, with the reason' })
  async rows(@AskedBy() { scope, brand }: Asker, @Query() query: CoverageParameters): Promise<Page<CoverageRow>> {
    const rows = await this.coverage.rows(scope, { ...query, brand }, query.kind && [query.kind]);
    return pageOf(rows, ({ platform, accountId, kind }) => `${platform}/${accountId} ${kind}`, query);
  }

  @Get('coverage/gaps')
  @Allow('coverage.read')
  @ApiOperation({ summary: 'Every span of missing days with its reason' })
  async gaps(@AskedBy() { scope, brand }: Asker, @Query() query: CoverageParameters): Promise<Page<CoverageGap>> {
    const gaps = await this.coverage.gaps(scope, { ...query, brand }, query.kind && [query.kind]);
    return pageOf(gaps, ({ platform, accountId, kind, from }) => `${platform}/${accountId} ${kind} ${from}`, query);
  }

  @Get('health/accounts')
  @Allow('coverage.read')
  @ApiOperation({ summary: 'How each account stands and what to do, those first that need somebody most' })
  async accounts(@AskedBy() { scope, brand }: Asker, @Query() query: HealthParameters): Promise<Page<AccountHealth>> {
    const accounts = await this.health.list(scope, { ...query, brand });
    const place = new Map(accounts.map((account, at) => [account, String(at).padStart(8, '0')]));
    const wanted = accounts.filter(({ state }) => query.state === undefined || state === query.state);
    return pageOf(wanted, (account) => place.get(account) ?? '', query);
  }

  @Get('health/summary')
  @Allow('coverage.read')
  @ApiOperation({ summary: 'How many accounts are complete, which need somebody, what to do' })
  summary(@AskedBy() { scope, brand }: Asker, @Query() query: AccountDaysQuery): Promise<HealthSummary> {
    return this.health.summary(scope, { ...query, brand });
  }
}
