import { Module } from '@nestjs/common';
import { CoverageController } from './coverage.controller';
import { DeadLettersController } from './dead-letters.controller';

@Module({ controllers: [CoverageController, DeadLettersController] })
export class CoverageModule {}
