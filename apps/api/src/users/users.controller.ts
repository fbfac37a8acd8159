import { Body, Controller, Get, Header, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { MadeLink, Page, User, UserSession } from '@app/contracts';
import { StateReader } from '@app/database';
import { UserService } from '@app/identity';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { PageQuery, pageOf } from '../http/page.dto';
import { InvitationBody, UserChangeBody } from './users.dto';

/** Users of the asker's brand; those of another one do not exist here. */
@ApiTags('users')
@Controller('api/v1/users')
export class UsersController {
  constructor(
    private readonly users: UserService,
    private readonly state: StateReader,
  ) {}

  @Get()
  @Allow('user.read')
  @ApiOperation({ summary: 'Users with role, rows, state and last sign-in; never a password' })
  async list(@Query() query: PageQuery, @AskedBy() asker: Asker): Promise<Page<User>> {
    const q = query.q ?? '';
    const users = await this.users.list(await this.brandId(asker));
    return pageOf(
      users.filter(({ login, name }) => login.includes(q) || name.includes(q)),
      ({ login }) => login,
      query,
    );
  }

  @Post()
  @Header('cache-control', 'no-store')
  @Allow('user.write')
  @ApiOperation({ summary: 'Invite somebody: the link, for one use within three days, is shown this once' })
  async invite(@Body() body: InvitationBody, @AskedBy() asker: Asker): Promise<{ user: User; link: MadeLink }> {
    return this.users.invite(await this.brandId(asker), body, asker.actor);
  }

  @Get(':userId')
  @Allow('user.read')
  @ApiOperation({ summary: 'One user' })
  async get(@Param('userId') userId: string, @AskedBy() asker: Asker): Promise<User> {
    return this.users.get(await this.brandId(asker), userId);
  }

  @Patch(':userId')
  @Allow('user.write')
  @ApiOperation({ summary: 'Change name, email, role, rows or state; what changes rights ends the sessions. Not one’s own rights' })
  async change(@Param('userId') userId: string, @Body() body: UserChangeBody, @AskedBy() asker: Asker): Promise<User> {
    return this.users.change(await this.brandId(asker), userId, body, asker.actor);
  }

  @Post(':userId/link')
  @Header('cache-control', 'no-store')
  @Allow('user.write')
  @ApiOperation({ summary: 'A link to set a password (one use; a second factor stays), shown this once' })
  async link(@Param('userId') userId: string, @AskedBy() asker: Asker): Promise<MadeLink> {
    return this.users.resetLink(await this.brandId(asker), userId, asker.actor);
  }

  @Get(':userId/sessions')
  @Allow('user.read')
  @ApiOperation({ summary: 'Where a user is signed in' })
  async sessions(@Param('userId') userId: string, @AskedBy() asker: Asker): Promise<UserSession[]> {
    return this.users.sessions(await this.brandId(asker), userId);
  }

  @Post(':userId/sign-out')
  @HttpCode(200)
  @Allow('user.write')
  @ApiOperation({ summary: 'End every session of a user, at once' })
  async signOut(@Param('userId') userId: string, @AskedBy() asker: Asker): Promise<{ ended: number }> {
    return { ended: await this.users.endSessions(await this.brandId(asker), userId, asker.actor) };
  }

  private async brandId({ brand }: Asker): Promise<number> {
    return (await this.state.brand(brand)).brandId;
  }
}
