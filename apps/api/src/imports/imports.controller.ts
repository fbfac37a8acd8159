import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { ServerResponse } from 'node:http';
import { Controller, Delete, Get, Header, HttpCode, Param, Post, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Page, Upload, UploadKind } from '@app/contracts';
import { UploadJobs, uploadKinds } from '@app/ingest';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { OfBrand } from '../http/brand-code';
import { PageQuery, pageInOrder } from '../http/page.dto';
import { NewUploadQuery } from './imports.dto';

@ApiTags('imports')
@Controller('api/v1/imports')
export class ImportsController {
  constructor(private readonly uploads: UploadJobs) {}

  @Get('kinds')
  @Allow('import.write')
  @ApiOperation({ summary: 'Kinds of rows and exports of platforms that may be brought as files' })
  kinds(@Query() query: PageQuery): Page<UploadKind> {
    return pageInOrder(uploadKinds(), query);
  }

  @Get()
  @Allow('import.write')
  @ApiOperation({ summary: 'One’s own uploads, the newest first' })
  list(@AskedBy() asker: Asker, @Query() query: PageQuery): Page<Upload> {
    return pageInOrder(this.uploads.list(asker), query);
  }

  @Post()
  @Allow('import.write')
  @HttpCode(202)
  @ApiOperation({ summary: 'Bring a file, at most 64 MB: it is recognised and checked, nothing is written until it is run' })
  @ApiConsumes('application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  async receive(
    @AskedBy() asker: Asker,
    @Query() { kind, name, account }: NewUploadQuery,
    @Req() body: Readable,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<Upload> {
    try {
      return await this.uploads.receive({ kind, name, account, body }, asker);
    } catch (error) {
      // whoever is refused before the end of the file has the connection closed, not the rest of it read
      response.setHeader('Connection', 'close');
      throw error;
    }
  }

  @Get(':uploadId')
  @Allow('import.write')
  @ApiOperation({ summary: 'How far an upload has come, what the check found, what was imported' })
  find(@Query() _: OfBrand, @AskedBy() asker: Asker, @Param('uploadId') uploadId: string): Upload {
    return this.uploads.find(uploadId, asker);
  }

  @Post(':uploadId/run')
  @Allow('import.write')
  @HttpCode(202)
  @ApiOperation({ summary: 'Import what was checked' })
  run(@Query() _: OfBrand, @AskedBy() asker: Asker, @Param('uploadId') uploadId: string): Promise<Upload> {
    return this.uploads.run(uploadId, asker);
  }

  @Get(':uploadId/rejects.ndjson')
  @Allow('import.write')
  @Header('content-type', 'application/x-ndjson; charset=utf-8')
  @ApiOperation({ summary: 'Every row that was not imported: line, field, reason in both languages, never a value' })
  rejects(@Query() _: OfBrand, @AskedBy() asker: Asker, @Param('uploadId') uploadId: string): StreamableFile {
    const files = this.uploads.rejectFiles(uploadId, asker);
    return new StreamableFile(Readable.from(inTurn(files)), { disposition: 'attachment; filename="rejects.ndjson"' });
  }

  @Delete(':uploadId')
  @Allow('import.write')
  @HttpCode(204)
  @ApiOperation({ summary: 'Forget an upload; what was imported stays' })
  drop(@Query() _: OfBrand, @AskedBy() asker: Asker, @Param('uploadId') uploadId: string): Promise<void> {
    return this.uploads.drop(uploadId, asker);
  }
}

async function* inTurn(files: readonly string[]): AsyncGenerator<Buffer> {
  for (const file of files) for await (const chunk of createReadStream(file)) yield chunk as Buffer;
}
