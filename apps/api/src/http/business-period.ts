import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, type ApiPropertyOptions } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MONTH_TEXT = 'month must read YYYY-MM / 月份格式应为 YYYY-MM';

/** A field that may name a business month; `message` says what is wrong with another text. */
export const BusinessMonth = (told: ApiPropertyOptions = {}, message = MONTH_TEXT): PropertyDecorator =>
  applyDecorators(ApiPropertyOptional({ example: '2026-10', ...told }), IsOptional(), Matches(MONTH, { message }));

/** A field that has to name a business month. */
export const GivenMonth = (): PropertyDecorator =>
  applyDecorators(ApiProperty({ example: '2026-10' }), Matches(MONTH, { message: MONTH_TEXT }));

/** The first business day of a span. */
export const FirstDay = (example = '2026-10-01'): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ example, description: 'first business day' }),
    IsOptional(),
    Matches(DAY, { message: 'from must read YYYY-MM-DD / 起始日格式应为 YYYY-MM-DD' }),
  );

/** The day after the last of a span. */
export const DayAfterLast = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ example: '2026-11-01', description: 'the day after the last (half open)' }),
    IsOptional(),
    Matches(DAY, { message: 'to must read YYYY-MM-DD / 截止日格式应为 YYYY-MM-DD' }),
  );
