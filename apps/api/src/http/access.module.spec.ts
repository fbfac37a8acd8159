import { Controller, Get, Global, Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { AccessModule } from './access.module';
import { ACCESS_RULE, Allow, Public } from './allow.decorator';
import { Authenticate } from './authenticate';
import { CursorSeal } from './cursor-seal';

@Controller('rooms')
class Rooms {
  @Get()
  @Allow('report.read')
  list(): string[] {
    return [];
  }

  @Get('doors')
  @Public()
  doors(): string[] {
    return [];
  }
}

const unused = [Authenticate, CursorSeal, DataSource].map((provide) => ({ provide, useValue: {} }));
@Global()
@Module({ providers: unused, exports: unused.map(({ provide }) => provide) })
class Process {}

@Module({ imports: [Process, AccessModule], controllers: [Rooms] })
class Small {}

describe('the start of a process', () => {
  let app: INestApplication | undefined;
  const start = async (): Promise<void> => {
    app = await NestFactory.create(Small, { logger: false, abortOnError: false });
    await app.init();
  };
  afterEach(() => app?.close());

  it('goes on when each route has a rule, and lists them', async () => {
    await start();
    expect(
      app!
        .get(AccessModule)
        .routes()
        .map(({ method, path, rule }) => [method, path, rule]),
    ).toEqual([
      ['GET', 'rooms', { action: 'report.read' }],
      ['GET', 'rooms/doors', 'public'],
    ]);
  });

  it.each(['list', 'doors'] as const)('stops, and names the route, when the rule of %s is taken away', async (name) => {
    const route = Object.getOwnPropertyDescriptor(Rooms.prototype, name)!.value as () => string[];
    const rule: unknown = Reflect.getMetadata(ACCESS_RULE, route);
    Reflect.deleteMetadata(ACCESS_RULE, route);
    try {
      await expect(start()).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining(`Rooms.${name}`) as string });
    } finally {
      Reflect.defineMetadata(ACCESS_RULE, rule, route);
    }
  });
});
