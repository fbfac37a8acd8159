import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { PageQuery } from '../http/page.dto';

/** Parameters of the list of capabilities. */
export class CapabilitiesQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'id of one account, or platform/id' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  account?: string;
}
