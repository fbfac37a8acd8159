import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { shownWithin } from '@app/access';
import { VitrineError, dayStart, isDay, type AuditAct, type Page, type Standing } from '@app/contracts';
import { StateReader, countActs, listActs, type RecordedAct } from '@app/database';
import { Allow } from '../http/allow.decorator';
import { AskedBy, type Asker } from '../http/asker';
import { AuditQuery } from './audit.dto';

@ApiTags('audit')
@Controller('api/v1/audit')
export class AuditController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly state: StateReader,
  ) {}

  @Get()
  @Allow('audit.read')
  @ApiOperation({ summary: 'Acts as they were written down, the newest first: who, what, before and after, when, from where, why' })
  async list(@Query() query: AuditQuery, @AskedBy() asker: Asker): Promise<Page<AuditAct>> {
    const { brandId, zone } = await this.state.brand(asker.brand);
    const { limit, cursor, from, to, ...search } = query;
    const sought = { ...search, from: dayOf('from', from, zone), to: dayOf('to', to, zone) };
    const beforeSeq = cursor === undefined ? undefined : Number(cursor);
    const [acts, total] = await Promise.all([
      listActs(this.dataSource, brandId, { ...sought, limit: limit + 1, beforeSeq }),
      countActs(this.dataSource, brandId, sought),
    ]);
    const rows = acts.slice(0, limit).map((act) => told(act, asker.principal.role));
    return { rows, nextCursor: acts.length > limit ? String(rows[rows.length - 1].seq) : null, total };
  }
}

function dayOf(field: string, day: string | undefined, zone: string): number | undefined {
  if (day === undefined) return undefined;
  if (isDay(day)) return dayStart(day, zone);
  throw new VitrineError(
    'bad_input',
    { zh: `${field} 不是日期`, en: `${field} is no day` },
    { remedy: { zh: '请写成 2026-10-18 的形式', en: 'Write it as 2026-10-18' }, details: [{ field, message: 'no day' }] },
  );
}

/** `hash` is over the act as it was written; addresses of users are masked in what it shows. */
const told = ({ seq, at, actor, action, subject, before, after, reason, origin, hash }: RecordedAct, role: Standing): AuditAct => ({
  seq,
  at,
  actor,
  action,
  subject,
  before: shownWithin(role, 'mail', before),
  after: shownWithin(role, 'mail', after),
  reason,
  origin,
  hash,
});
