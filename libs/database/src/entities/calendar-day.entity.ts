import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Whether a business day is a working day, where the brand said so. */
@Entity('calendar_day')
export class CalendarDayEntity {
  @PrimaryColumn({ name: 'brand_id', type: 'integer' })
  brandId: number;

  @PrimaryColumn({ type: 'date' })
  day: string;

  @Column({ type: 'boolean' })
  working: boolean;
}
