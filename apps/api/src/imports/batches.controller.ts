import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { BatchContents, ImportedBatch, Page } from '@app/contracts';
import { ImportBatches } from '@app/ingest';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { OfBrand } from '../http/brand-code';
import { PageQuery, pageInOrder } from '../http/page.dto';
import { UndoBody } from './imports.dto';

/** So many of the batches that were brought last are listed; older ones are found by their number. */
const LISTED = 2_000;

@ApiTags('imports')
@Controller('api/v1/imports/batches')
export class BatchesController {
  constructor(private readonly batches: ImportBatches) {}

  @Get()
  @Allow('import.write')
  @ApiOperation({ summary: 'What was imported from files, the newest first: one batch for files of the same content' })
  async list(@AskedBy() asker: Asker, @Query() query: PageQuery): Promise<Page<ImportedBatch>> {
    return pageInOrder(await this.batches.list(asker, LISTED), query);
  }

  @Get(':batchId')
  @Allow('import.write')
  @ApiOperation({ summary: 'What a batch holds: rows, facts, accounts, months, and which of these are closed' })
  find(@Query() _: OfBrand, @AskedBy() asker: Asker, @Param('batchId') batchId: string): Promise<BatchContents> {
    return this.batches.contents(batchId, asker);
  }

  @Post(':batchId/undo')
  @Allow('import.write')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take a batch back: figures become what they were without it. The same file may be imported again' })
  undo(@Query() _: OfBrand, @AskedBy() asker: Asker, @Param('batchId') batchId: string, @Body() body: UndoBody): Promise<BatchContents> {
    return this.batches.undo(batchId, body, asker);
  }
}
