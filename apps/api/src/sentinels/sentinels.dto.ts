import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { SENTINEL_STATES, type SentinelState } from '@app/contracts';
import { PageQuery } from '../http/page.dto';

export class ProposalQuery extends PageQuery {
  @ApiPropertyOptional({ enum: SENTINEL_STATES })
  @IsOptional()
  @IsIn(SENTINEL_STATES)
  state?: SentinelState;
}

export class Decision {
  @ApiPropertyOptional({ description: 'Why' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  note?: string;
}
