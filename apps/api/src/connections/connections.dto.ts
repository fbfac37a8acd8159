import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { PageQuery } from '../http/page.dto';

export class ConnectionsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'code of the brand; may be left out where there is only one' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  brand?: string;
}
