import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { DeadLetterRow, Page } from '@app/contracts';
import { DeadLetterService } from '@app/coverage';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { pageOf } from '../http/page.dto';
import { DeadLetterParameters } from './coverage.dto';

/** Pages are in ascending order of their keys; the newest letter comes first. */
const NEWEST = 10n ** 18n;

@ApiTags('dead-letters')
@Controller('api/v1/dead-letters')
export class DeadLettersController {
  constructor(private readonly letters: DeadLetterService) {}

  @Get()
  @Allow('dead-letter.read')
  @ApiOperation({ summary: 'Jobs that were given up, the newest first' })
  async list(@AskedBy() { scope, brand }: Asker, @Query() query: DeadLetterParameters): Promise<Page<DeadLetterRow>> {
    const letters = await this.letters.list(scope, { brand, q: query.q }, query.state);
    return pageOf(letters, ({ deadLetterId }) => (NEWEST - BigInt(deadLetterId)).toString().padStart(19, '0'), query);
  }

  @Post(':deadLetterId/replay')
  @Allow('dead-letter.handle')
  @HttpCode(200)
  @ApiOperation({ summary: 'Run the job again; 409 when it is not open' })
  replay(@AskedBy() { scope, brand }: Asker, @Param('deadLetterId') deadLetterId: string): Promise<DeadLetterRow> {
    return this.letters.replay(scope, deadLetterId, brand);
  }

  @Post(':deadLetterId/drop')
  @Allow('dead-letter.handle')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give the job up for good; 409 when it is not open' })
  drop(@AskedBy() { scope, brand }: Asker, @Param('deadLetterId') deadLetterId: string): Promise<DeadLetterRow> {
    return this.letters.drop(scope, deadLetterId, brand);
  }
}
