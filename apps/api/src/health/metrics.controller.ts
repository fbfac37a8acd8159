import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { metricsPage } from '@app/observability';
import { Public } from '../http/allow.decorator';

/** What the process counts about itself, for Prometheus; who may see it, the metrics gate decides before. */
@ApiExcludeController()
@Public()
@Controller('metrics')
export class MetricsController {
  @Get()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  async metrics(): Promise<string> {
    return (await metricsPage()).body;
  }
}
