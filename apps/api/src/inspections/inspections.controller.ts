import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Inspection } from '@app/contracts';
import { InspectionService } from '@app/inspection';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { caseAsker } from '../http/case-asker';
import { InspectionQuery, PackQuery } from './inspections.dto';

@ApiTags('inspections')
@Controller('api/v1/inspections')
export class InspectionsController {
  constructor(private readonly inspections: InspectionService) {}

  @Get()
  @Allow('case.work')
  @ApiOperation({ summary: 'Deep inspection of an account or broadcast: every detector, curves, dwell, sources, cases' })
  inspect(@AskedBy() asker: Asker, @Query() query: InspectionQuery): Promise<Inspection> {
    return this.inspections.inspect(caseAsker(asker), query);
  }

  @Get('pack')
  @Allow('case.work')
  @ApiProduces('application/pdf')
  @ApiOperation({
    summary: 'The same as an evidence pack (PDF) that carries the hash of its content; its making is written into the audit log',
  })
  async pack(@AskedBy() asker: Asker, @Query() query: PackQuery): Promise<StreamableFile> {
    const { inspection, bytes } = await this.inspections.pack(caseAsker(asker), query, query.language ?? 'zh');
    const name = `inspection-${inspection.sha256.slice(0, 12)}.pdf`;
    return new StreamableFile(bytes, { type: 'application/pdf', disposition: `attachment; filename="${name}"` });
  }
}
