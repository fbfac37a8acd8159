import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ErasureReceipt, Page } from '@app/contracts';
import { StateReader } from '@app/database';
import { PersonExportService, PersonService, type PersonExport, type PrivacyAsk } from '@app/privacy';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { pageInOrder } from '../http/page.dto';
import { PersonRequest, PrivacyList, Reasoned } from './privacy.dto';

/** Persons are named in bodies only: addresses are logged on the way. */
@ApiTags('persons')
@Controller('api/v1/persons')
export class PersonsController {
  constructor(
    private readonly persons: PersonService,
    private readonly exports: PersonExportService,
    private readonly states: StateReader,
  ) {}

  @Post('export')
  @HttpCode(200)
  @Allow('person.export')
  @ApiOperation({ summary: 'Everything that is held about a person' })
  async export(@Body() given: PersonRequest, @AskedBy() asker: Asker): Promise<PersonExport> {
    return this.exports.export(await this.ask(asker, given.reason), given);
  }

  @Post('deletions')
  @HttpCode(200)
  @Allow('person.delete')
  @ApiOperation({ summary: 'Remove everything of a person, for good, and let nothing of theirs in again; safe to send again' })
  async delete(@Body() given: PersonRequest, @AskedBy() asker: Asker): Promise<ErasureReceipt> {
    return this.persons.delete(await this.ask(asker, given.reason), given);
  }

  @Get('deletions')
  @Allow('person.delete')
  @ApiOperation({ summary: 'Deletions of persons, the newest first: never of whom' })
  async list(@Query() query: PrivacyList, @AskedBy() { brand }: Asker): Promise<Page<ErasureReceipt>> {
    return pageInOrder(await this.persons.list((await this.states.brand(brand)).brandId), query);
  }

  @Post('deletions/:erasureId/allow')
  @HttpCode(200)
  @Allow('person.delete')
  @ApiOperation({ summary: 'Let a deleted person be taken in again, who has agreed to it' })
  async allow(
    @Param('erasureId') erasureId: string,
    @Body() { reason }: Reasoned,
    @AskedBy() asker: Asker,
  ): Promise<{ erasureId: string; blocked: false }> {
    await this.persons.allow(await this.ask(asker, reason), erasureId);
    return { erasureId, blocked: false };
  }

  private async ask({ actor, brand }: Asker, reason: string): Promise<PrivacyAsk> {
    return { brandId: (await this.states.brand(brand)).brandId, actor, reason };
  }
}
