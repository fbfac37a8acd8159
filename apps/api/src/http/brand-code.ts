import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';

/** A field that names the brand that is asked about. */
export const BrandCode = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ description: 'code of the brand; may be left out where there is only one' }),
    IsOptional(),
    IsString(),
    MaxLength(100),
  );

/** A question that has no other parameter. */
export class OfBrand {
  @BrandCode()
  brand?: string;
}
