import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { DataSource } from 'typeorm';
import { Warehouse } from '@app/warehouse';
import { Public } from '../http/allow.decorator';

/** live: the process answers. ready: both stores answer too. */
@ApiExcludeController()
@Public()
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicator: HealthIndicatorService,
    private readonly warehouse: Warehouse,
    private readonly dataSource: DataSource,
  ) {}

  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @HealthCheck()
  ready() {
    return this.health.check([() => this.facts(), () => this.state()]);
  }

  private async facts() {
    const check = this.indicator.check('facts');
    return (await this.warehouse.ping()) ? check.up() : check.down();
  }

  private async state() {
    const check = this.indicator.check('state');
    return this.dataSource.query('SELECT 1').then(
      () => check.up(),
      () => check.down(),
    );
  }
}
