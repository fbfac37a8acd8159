import { COST_KINDS, type CostKind, type Source } from '@app/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A policy version. The one in force for a month: not superseded, latest `fromMonth` (its first day) not after it. Numerics are decimal strings. */
@Entity('policy')
export class PolicyEntity {
  @PrimaryColumn({ name: 'brand_id', type: 'integer' })
  brandId: number;

  @PrimaryColumn({ type: 'integer' })
  version: number;

  @Column({ name: 'from_month', type: 'date' })
  fromMonth: string;

  @Column({ name: 'visit_gap_minutes', type: 'integer' })
  visitGapMinutes: number;

  @Column({ name: 'min_visits', type: 'integer' })
  minVisits: number;

  @Column({ name: 'min_visit_dwell_seconds', type: 'integer' })
  minVisitDwellSeconds: number;

  @Column({ name: 'min_session_minutes', type: 'integer' })
  minSessionMinutes: number;

  @Column({ name: 'consecutive_sessions', type: 'integer' })
  consecutiveSessions: number;

  @Column({ name: 'cadence_min_session_minutes', type: 'integer' })
  cadenceMinSessionMinutes: number;

  @Column({ name: 'min_peers', type: 'integer' })
  minPeers: number;

  @Column({ name: 'source_order', type: 'text', array: true })
  sourceOrder: Source[];

  @Column({ name: 'min_coverage', type: 'numeric' })
  minCoverage: string;

  @Column({ name: 'min_known_weight', type: 'numeric' })
  minKnownWeight: string;

  @Column({ name: 'weight_showroom', type: 'numeric' })
  weightShowroom: string;

  @Column({ name: 'weight_value', type: 'numeric' })
  weightValue: string;

  @Column({ name: 'weight_loyalty', type: 'numeric' })
  weightLoyalty: string;

  @Column({ name: 'weight_engagement', type: 'numeric' })
  weightEngagement: string;

  @Column({ name: 'weight_cadence', type: 'numeric' })
  weightCadence: string;

  @Column({ name: 'weight_growth', type: 'numeric' })
  weightGrowth: string;

  @Column({ name: 'head_tier_cny', type: 'numeric' })
  headTierCny: string;

  @Column({ name: 'base_tier_cny', type: 'numeric' })
  baseTierCny: string;

  @Column({ name: 'tier_down_months', type: 'integer' })
  tierDownMonths: number;

  @Column({ name: 'tier_down_margin', type: 'numeric' })
  tierDownMargin: string;

  @Column({ name: 'tolerance_share', type: 'numeric' })
  toleranceShare: string;

  @Column({ name: 'tolerance_count', type: 'integer' })
  toleranceCount: number;

  @Column({ name: 'tolerance_followers', type: 'integer' })
  toleranceFollowers: number;

  @Column({ name: 'tolerance_leads', type: 'integer' })
  toleranceLeads: number;

  @Column({ name: 'preview_hours', type: 'integer' })
  previewHours: number;

  @Column({ name: 'required_cost_kinds', type: 'enum', enum: COST_KINDS, enumName: 'cost_kind', array: true })
  requiredCostKinds: CostKind[];

  @Column({ name: 'cpa_douyin_cny', type: 'numeric', nullable: true })
  cpaDouyinCny: string | null;

  @Column({ name: 'cpa_kuaishou_cny', type: 'numeric', nullable: true })
  cpaKuaishouCny: string | null;

  @Column({ name: 'cpa_channels_cny', type: 'numeric', nullable: true })
  cpaChannelsCny: string | null;

  @Column({ name: 'superseded_at', type: 'timestamptz', nullable: true })
  supersededAt: Date | null;
}
