import { ApiPropertyOptional, ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';

export class ConnectionsQuery {
  @ApiPropertyOptional({ description: 'code of the brand; may be left out where there is only one' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  brand?: string;
}

/** What platforms put into the address; each names the code its own way, and some add fields of their own. */
export class CallbackQuery {
  @ApiProperty({ description: 'the state of the address that was opened' })
  @IsString()
  @MaxLength(200)
  state: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  code?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  auth_code?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  authorization_code?: string;

  @ApiPropertyOptional({ description: 'Douyin: permissions that the owner ticked' })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  scopes?: string;

  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  scope?: string;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  uid?: string;

  @IsOptional()
  @IsString()
  @MaxLength(20)
  material_auth_status?: string;
}
