import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { OfBrand } from '../http/brand-code';

/** Which broadcast of a room; default the latest. */
export class LiveSessionParameters extends OfBrand {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(200)
  sessionId?: string;
}
