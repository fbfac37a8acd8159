import { Module } from '@nestjs/common';
import { LiveFeed } from './live-feed.service';
import { LiveSessionReader } from './live-session.reader';
import { LiveSessionService } from './live-session.service';
import { LiveController } from './live.controller';
import { LiveReader } from './live.reader';

@Module({ controllers: [LiveController], providers: [LiveReader, LiveSessionReader, LiveFeed, LiveSessionService] })
export class LiveModule {}
