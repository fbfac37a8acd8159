import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { StateReader, setShowsNeighbours, showsNeighbours } from '@app/database';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { SettingsBody } from './settings.dto';

@ApiTags('settings')
@Controller('api/v1/settings')
export class SettingsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly states: StateReader,
  ) {}

  @Get()
  @Allow('overview.read')
  @ApiOperation({ summary: 'What the brand decides for all of its people' })
  async read(@AskedBy() { brand }: Asker): Promise<SettingsBody> {
    const { brandId } = await this.states.brand(brand);
    return { showsNeighbours: await showsNeighbours(this.dataSource, brandId) };
  }

  @Put()
  @Allow('setting.write')
  @ApiOperation({ summary: 'Decide it' })
  async write(@AskedBy() { brand, actor }: Asker, @Body() given: SettingsBody): Promise<SettingsBody> {
    const { brandId } = await this.states.brand(brand);
    await setShowsNeighbours(this.dataSource, brandId, given.showsNeighbours, actor);
    return { showsNeighbours: given.showsNeighbours };
  }
}
