import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { METRICS, methodology, metricOf } from '@app/contracts';
import type { Metric, Page } from '@app/contracts';
import { MethodologyService } from '@app/reports';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { PageQuery, pageOf } from '../http/page.dto';
import { MethodologyQuery } from './methodology.dto';

/** Answers carry an ETag: who sends it back as If-None-Match gets 304 for as long as the catalogue stays. */
const REVALIDATED = 'private, no-cache';

@ApiTags('metrics')
@Controller('api/v1')
export class MetricsController {
  constructor(private readonly methods: MethodologyService) {}

  @Get('metrics')
  @Allow('catalogue.read')
  @Header('Cache-Control', REVALIDATED)
  @ApiOperation({ summary: 'The metric catalogue: name, definition, formula, source, freshness of every figure that reports show' })
  list(@Query() query: PageQuery): Page<Metric> {
    const { q } = query;
    const places = new Map(METRICS.map(({ key }, at) => [key, String(at).padStart(5, '0')]));
    const wanted = METRICS.filter(({ key, name }) => !q || [key, name.zh, name.en].some((text) => text.includes(q)));
    return pageOf(wanted, ({ key }) => places.get(key) ?? '', query);
  }

  @Get('metrics/:key')
  @Allow('catalogue.read')
  @Header('Cache-Control', REVALIDATED)
  @ApiOperation({ summary: 'One metric, by the name of its field' })
  one(@Param('key') key: string): Metric {
    return metricOf(key);
  }

  @Get('methodology')
  @Allow('catalogue.read')
  @Header('Cache-Control', REVALIDATED)
  @Header('Content-Type', 'text/markdown; charset=utf-8')
  @ApiProduces('text/markdown')
  @ApiOperation({ summary: 'How every figure is computed, with the numbers of the policy and the prices in force' })
  async method(@AskedBy() { brand }: Asker, @Query() { lang, month }: MethodologyQuery): Promise<string> {
    return methodology(await this.methods.of({ month, brand }), lang);
  }
}
