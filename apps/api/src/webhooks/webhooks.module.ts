import { Module } from '@nestjs/common';
import { WebhookWaker } from './webhook-waker.service';
import { WebhooksController } from './webhooks.controller';

@Module({ controllers: [WebhooksController], providers: [WebhookWaker] })
export class WebhooksModule {}
