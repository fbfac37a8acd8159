import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How far our clock was ahead of a platform server's. */
@Entity('platform_clock')
export class PlatformClockEntity {
  @PrimaryColumn({ type: 'text' })
  origin: string;

  @Column({ name: 'skew_ms', type: 'bigint' })
  skewMs: string;

  @Column({ name: 'seen_at', type: 'timestamptz', precision: 3 })
  seenAt: Date;
}
