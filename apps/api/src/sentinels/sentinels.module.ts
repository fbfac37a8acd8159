import { Module } from '@nestjs/common';
import { SentinelsController } from './sentinels.controller';

@Module({ controllers: [SentinelsController] })
export class SentinelsModule {}
