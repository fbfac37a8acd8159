import { Module } from '@nestjs/common';
import { ClosesController } from './closes.controller';

@Module({ controllers: [ClosesController] })
export class ClosesModule {}
