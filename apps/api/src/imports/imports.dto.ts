import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { OfBrand } from '../http/brand-code';

export class NewUploadQuery extends OfBrand {
  @ApiProperty({ example: 'exports', description: 'an import kind, an export, or exports: recognised by its header' })
  @IsString()
  @MaxLength(60)
  kind: string;

  @ApiProperty({ example: '经销商.xlsx', description: 'name of the file; its ending tells the format' })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name: string;

  @ApiPropertyOptional({ example: 'douyin/0012345678', description: 'account of a file that is of one account' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  account?: string;
}

export class UndoBody {
  @ApiProperty({ example: '文件的账号填错了', description: 'why, for the audit log' })
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  reason: string;
}
