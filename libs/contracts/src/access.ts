import type { Actor } from './actor';

/** Who a user of a brand is. What each may do stands in one table (libs/access), out of which guards, documentation and tests come. */
export const ROLES = [
  'brand-admin',
  'region-manager',
  'dealer-group',
  'dealer',
  'host',
  'auditor',
  'senior-auditor',
  'data-operator',
  'read-only',
] as const;
export type Role = (typeof ROLES)[number];

/** Whoever may ask: users by their role, the operator of the machine (command line), and programs by a key. */
export type Standing = Role | 'operator' | 'api-key';

/**
 * What can be done, `noun.verb`. Each route names exactly one. `own`: with what belongs to the asker's own rows, persons or sessions; `brand`: with all of
 * the brand.
 */
export const ACTIONS = [
  // figures
  'overview.read',
  'catalogue.read',
  'account.read',
  'live.read',
  'dealer.read',
  'report.read',
  'explain.read',
  'tier.read',
  'capability.read',
  'coverage.read',
  'reconciliation.read',
  'what-if.ask',
  // months and money
  'close.status',
  'close.read',
  'close.preview',
  'close.request',
  'close.confirm',
  'settlement.read',
  'settlement.preview',
  'settlement.prepare',
  'settlement.approve',
  'settlement.withdraw',
  'incentive-rules.read',
  'incentive-rules.write',
  'hold.read',
  'hold.write',
  'proposal.read',
  'proposal.write',
  'proposal.activate',
  'import.write',
  // work
  'forwarding.read',
  'forwarding.task',
  'forwarding.prove',
  'forwarding.waive',
  'sentinel.read',
  'sentinel.decide',
  'connection.read',
  'dead-letter.read',
  'dead-letter.handle',
  // integrity
  'case.read',
  'case.work',
  'case.decide',
  'appeal.write',
  'appeal.decide',
  'penalty.propose',
  'penalty.confirm',
  'rectification.write',
  'rectification.answer',
  // people and their traces
  'session.own',
  'user.read',
  'user.write',
  'api-key.read',
  'api-key.write',
  'audit.read',
  'contact.reveal',
  'viewer-traits.read',
  'person.export',
  'person.delete',
  'retention.read',
  'retention.write',
  'setting.write',
] as const;
export type Action = (typeof ACTIONS)[number];

/** How far an action reaches for a role. */
export type Reach = 'none' | 'own' | 'brand';

/** Which rows somebody may see. `path` is a node of the sales-region tree (`华东` or `华东/上海`) with all below it; instants epoch ms, `to` null = still. */
export type Grant =
  | { kind: 'brand' }
  | { kind: 'region'; path: string; from: number; to: number | null }
  | { kind: 'dealer-group'; name: string }
  | { kind: 'dealer'; dealerId: string }
  | { kind: 'account'; accountKey: string };

/** Who asks, as sign-in found them. `sessionId` null for keys and the operator. No grant: no row. */
export interface Principal {
  actor: Actor;
  brandCode: string;
  role: Standing;
  sessionId: string | null;
  grants: Grant[];
  /** What a key was made for, out of what keys may do at all. Absent: all that the role may. */
  actions?: readonly Action[];
}
