import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { LearningService } from '@app/cases';
import type { DetectorPrecisionRow, Page, ReviewDraw } from '@app/contracts';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { pageOf } from '../http/page.dto';
import { DrawParameters, PrecisionParameters } from './learning.dto';

@ApiTags('cases')
@Controller('api/v1/detectors')
export class LearningController {
  constructor(private readonly learning: LearningService) {}

  @Get('precision')
  @Allow('case.work')
  @ApiOperation({ summary: 'How often each detector was right, by what people decided, and which ones are demoted by it' })
  async precision(@AskedBy() { brand }: Asker, @Query() query: PrecisionParameters): Promise<Page<DetectorPrecisionRow>> {
    return pageOf(
      await this.learning.precision(brand),
      ({ detector, version }) => `${detector} ${String(version).padStart(6, '0')}`,
      query,
    );
  }

  @Get('draw')
  @Allow('case.work')
  @ApiOperation({ summary: 'The random review of a month among dealers that nobody flagged, and the recall that it shows' })
  async draw(@AskedBy() { brand }: Asker, @Query() { month }: DrawParameters): Promise<ReviewDraw> {
    const { unflagged, drawn, undrawn, reviewed, inflated, recall } = await this.learning.draw({ month, brandCode: brand });
    // not its seed, with which anybody could foresee the next one
    return {
      month,
      unflagged,
      drawn,
      undrawn,
      reviewed,
      inflated,
      recall: recall && { value: recall.value, low: recall.low, high: recall.high },
    };
  }
}
