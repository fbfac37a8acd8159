import { Module } from '@nestjs/common';
import { LiveFeed } from './live-feed.service';
import { LiveSessionService } from './live-session.service';
import { LiveController } from './live.controller';
import { LiveReader } from './live.reader';

@Module({ controllers: [LiveController], providers: [LiveReader, LiveFeed, LiveSessionService] })
export class LiveModule {}
