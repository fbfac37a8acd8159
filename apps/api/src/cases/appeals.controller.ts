import type { IncomingMessage } from 'node:http';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AppealFiles, AppealService } from '@app/cases';
import type { Appeal, AppealFile, IntegrityCase, Page } from '@app/contracts';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { OfBrand } from '../http/brand-code';
import { pageInOrder } from '../http/page.dto';
import { caseAsker } from '../http/case-asker';
import { AppealListQuery, FileQuery, VerdictRequest } from './cases.dto';

@ApiTags('cases')
@Controller('api/v1/appeals')
export class AppealsController {
  constructor(
    private readonly appeals: AppealService,
    private readonly files: AppealFiles,
  ) {}

  @Get()
  @Allow('case.read')
  @ApiOperation({ summary: 'Appeals, those that wait longest first' })
  async list(@AskedBy() asker: Asker, @Query() query: AppealListQuery): Promise<Page<Appeal>> {
    return pageInOrder(await this.appeals.list(caseAsker(asker), { state: query.state }), query);
  }

  @Get(':appealId')
  @Allow('case.read')
  @ApiOperation({ summary: 'One appeal' })
  get(@Query() _: OfBrand, @AskedBy() asker: Asker, @Param('appealId') appealId: string): Promise<Appeal> {
    return this.appeals.get(caseAsker(asker), appealId);
  }

  @Post(':appealId/files')
  @Allow('appeal.write')
  @ApiOperation({
    summary: 'Add a file: PDF, PNG, JPEG, XLSX, DOCX or text, up to 20 MB, ten of an appeal; what is in it decides, not its name',
  })
  @ApiConsumes('application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  add(
    @AskedBy() asker: Asker,
    @Param('appealId') appealId: string,
    @Query() { name }: FileQuery,
    @Req() request: IncomingMessage,
  ): Promise<AppealFile> {
    return this.files.add(caseAsker(asker), appealId, { name, bytes: request as AsyncIterable<Buffer> });
  }

  @Get(':appealId/files/:fileId')
  @Allow('case.read')
  @ApiOperation({ summary: 'A file as it came, always as a download' })
  async file(
    @Query() _: OfBrand,
    @AskedBy() asker: Asker,
    @Param('appealId') appealId: string,
    @Param('fileId') fileId: string,
  ): Promise<StreamableFile> {
    const { content, mediaType, name } = await this.files.read(caseAsker(asker), { appealId, fileId });
    const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(name)}`;
    return new StreamableFile(content, { type: mediaType, length: content.length, disposition });
  }

  @Post(':appealId/decide')
  @Allow('appeal.decide')
  @HttpCode(200)
  @ApiOperation({ summary: 'Decide an appeal: another person than who decided the case' })
  decide(
    @AskedBy() asker: Asker,
    @Param('appealId') appealId: string,
    @Body() { outcome, reason, falls }: VerdictRequest,
  ): Promise<IntegrityCase> {
    return this.appeals.decide(caseAsker(asker), appealId, { outcome, reason, falls });
  }

  @Post(':appealId/withdraw')
  @Allow('appeal.write')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give an appeal up' })
  withdraw(@Body() _: OfBrand, @AskedBy() asker: Asker, @Param('appealId') appealId: string): Promise<IntegrityCase> {
    return this.appeals.withdraw(caseAsker(asker), appealId);
  }
}
