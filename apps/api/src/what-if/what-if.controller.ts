import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Page, WhatIfJob, WhatIfReport, WhatIfRow } from '@app/contracts';
import { WhatIfJobs } from '@app/what-if';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { PageQuery, pageOf } from '../http/page.dto';
import { WhatIfBody } from './what-if.dto';

/** A job whose rows come in pages. */
type PagedJob = Omit<WhatIfJob, 'result'> & { result: (Omit<WhatIfReport, 'rows'> & Page<WhatIfRow>) | null };
interface Status {
  status(code: number): unknown;
}

@ApiTags('what-if')
@Controller('api/v1/what-if')
export class WhatIfController {
  constructor(private readonly jobs: WhatIfJobs) {}

  @Post()
  @Allow('what-if.ask')
  @ApiOperation({
    summary:
      'A past period under another policy or other prices, nothing written. 200 with the result, or 202 with a job to ask about again',
  })
  async start(
    @AskedBy() asker: Asker,
    @Body() { limit, ...query }: WhatIfBody,
    @Res({ passthrough: true }) response: Status,
  ): Promise<PagedJob> {
    const job = await this.jobs.start({ ...query, brand: asker.brand }, asker);
    response.status(job.state === 'running' ? 202 : 200);
    return paged(job, Object.assign(new PageQuery(), { limit }));
  }

  @Get(':id')
  @Allow('what-if.ask')
  @ApiOperation({ summary: 'How far a question has come; its result, page by page' })
  find(@AskedBy() asker: Asker, @Param('id') id: string, @Query() query: PageQuery): PagedJob {
    return paged(this.jobs.find(id, asker), query);
  }

  @Delete(':id')
  @Allow('what-if.ask')
  @HttpCode(200)
  @ApiOperation({ summary: 'End a question that is being answered' })
  async cancel(@AskedBy() asker: Asker, @Param('id') id: string): Promise<PagedJob> {
    return paged(await this.jobs.cancel(id, asker), new PageQuery());
  }
}

/** Rows keep their order: the largest move first. */
function paged({ result, ...job }: WhatIfJob, query: PageQuery): PagedJob {
  if (result === null) return { ...job, result };
  const { rows, ...rest } = result;
  const places = new Map(rows.map((row, at) => [row, String(at).padStart(9, '0')]));
  const wanted = rows.filter(
    ({ name, accountId, dealerId }) => !query.q || [name, accountId, dealerId].some((text) => text?.includes(query.q!)),
  );
  return { ...job, result: { ...rest, ...pageOf(wanted, (row) => places.get(row) ?? '', query) } };
}
