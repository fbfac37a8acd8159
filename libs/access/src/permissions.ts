import { ACTIONS, type Action, type Principal, type Reach, ROLES, type Role, type Standing } from '@app/contracts';

/** Reaches by role; who is not named in a row may not. The operator of the machine may everything. */
type Row = Partial<Record<Role | 'api-key', Exclude<Reach, 'none'>>>;

/** Whoever looks at figures: brand-wide roles at all, the others at their own rows. */
const FIGURES: Row = {
  'brand-admin': 'brand',
  auditor: 'brand',
  'senior-auditor': 'brand',
  'data-operator': 'brand',
  'read-only': 'brand',
  'api-key': 'brand',
  'region-manager': 'own',
  'dealer-group': 'own',
  dealer: 'own',
  host: 'own',
};
const without = (row: Row, ...left: readonly (Role | 'api-key')[]): Row =>
  Object.fromEntries(Object.entries(row).filter(([role]) => !(left as readonly string[]).includes(role)));
/** Heads of shops and above. */
const SHOPS: Row = without(FIGURES, 'host');
const BRAND_WIDE: Row = without(SHOPS, 'region-manager', 'dealer-group', 'dealer');
const PEOPLE_OF_THE_BRAND: Row = without(BRAND_WIDE, 'api-key');
const ADMIN: Row = { 'brand-admin': 'brand' };
const AUDITORS: Row = { auditor: 'brand', 'senior-auditor': 'brand' };
const OPERATION: Row = { ...ADMIN, 'data-operator': 'brand' };
const EVERYBODY: Row = Object.fromEntries(ROLES.map((role) => [role, 'own' as const]));

/**
 * Role × action → how far it reaches: the one table out of which the guard, docs/permissions.md and the test matrix come. Four eyes (who asked may not
 * confirm, from the second person of the right role on) come on top of it, where the act is done.
 */
export const PERMISSIONS: Readonly<Record<Action, Row>> = {
  'overview.read': FIGURES,
  'catalogue.read': FIGURES,
  'account.read': FIGURES,
  'live.read': FIGURES,
  'dealer.read': SHOPS,
  'report.read': FIGURES,
  'explain.read': FIGURES,
  'tier.read': FIGURES,
  'capability.read': SHOPS,
  'coverage.read': SHOPS,
  'reconciliation.read': SHOPS,
  'what-if.ask': PEOPLE_OF_THE_BRAND,

  'close.status': SHOPS,
  'close.read': BRAND_WIDE,
  'close.preview': ADMIN,
  'close.request': OPERATION,
  'close.confirm': { ...ADMIN, 'senior-auditor': 'brand' },
  'settlement.read': { ...PEOPLE_OF_THE_BRAND, 'dealer-group': 'own', dealer: 'own' },
  'settlement.preview': PEOPLE_OF_THE_BRAND,
  'settlement.prepare': OPERATION,
  'settlement.approve': { ...ADMIN, 'senior-auditor': 'brand' },
  'settlement.withdraw': OPERATION,
  'incentive-rules.read': PEOPLE_OF_THE_BRAND,
  'incentive-rules.write': ADMIN,
  'hold.read': PEOPLE_OF_THE_BRAND,
  'hold.write': { ...ADMIN, ...AUDITORS },
  'proposal.read': PEOPLE_OF_THE_BRAND,
  'proposal.write': OPERATION,
  'proposal.activate': ADMIN,
  'import.write': OPERATION,

  'forwarding.read': FIGURES,
  'forwarding.task': { ...OPERATION, 'region-manager': 'own', 'dealer-group': 'own', dealer: 'own' },
  'forwarding.prove': { ...OPERATION, 'region-manager': 'own', 'dealer-group': 'own', dealer: 'own', host: 'own' },
  'forwarding.waive': { ...OPERATION, 'region-manager': 'own', 'dealer-group': 'own', dealer: 'own' },
  'sentinel.read': { ...OPERATION, ...AUDITORS },
  'sentinel.decide': { ...ADMIN, ...AUDITORS },
  'connection.read': OPERATION,
  'dead-letter.read': OPERATION,
  'dead-letter.handle': OPERATION,

  'case.read': { ...PEOPLE_OF_THE_BRAND, 'region-manager': 'own', 'dealer-group': 'own', dealer: 'own' },
  'case.work': AUDITORS,
  'case.decide': AUDITORS,
  'appeal.write': { 'dealer-group': 'own', dealer: 'own' },
  'appeal.decide': { 'senior-auditor': 'brand' },
  'penalty.propose': AUDITORS,
  'penalty.confirm': { ...ADMIN, 'senior-auditor': 'brand' },
  'rectification.write': AUDITORS,
  'rectification.answer': { 'dealer-group': 'own', dealer: 'own' },

  'session.own': EVERYBODY,
  'user.read': ADMIN,
  'user.write': ADMIN,
  'api-key.read': ADMIN,
  'api-key.write': ADMIN,
  'audit.read': { ...ADMIN, ...AUDITORS },
  'contact.reveal': { ...ADMIN, ...AUDITORS },
  'viewer-traits.read': FIGURES,
  'person.export': ADMIN,
  'person.delete': ADMIN,
  'retention.read': { ...ADMIN, ...AUDITORS },
  'retention.write': ADMIN,
  'setting.write': ADMIN,
};

/** What the table says of a role, whoever holds it. */
export const reachOf = (role: Standing, action: Action): Reach => (role === 'operator' ? 'brand' : (PERMISSIONS[action][role] ?? 'none'));

/** Actions that somebody may do with their own rows only: those know how to leave the others out. */
const KNOWS_OWN: ReadonlySet<Action> = new Set(ACTIONS.filter((action) => Object.values(PERMISSIONS[action]).includes('own')));

/**
 * How far an action reaches for somebody: never further than their grants. Who holds a brand-wide role over a part of the brand reaches that part, and
 * nothing where an action cannot be done in part; a key does what it was made for.
 */
export function reachFor({ role, grants, actions }: Pick<Principal, 'role' | 'grants' | 'actions'>, action: Action): Reach {
  if (role === 'operator') return 'brand';
  if (actions !== undefined && !actions.includes(action)) return 'none';
  const reach = reachOf(role, action);
  if (reach !== 'brand' || grants.some(({ kind }) => kind === 'brand')) return reach;
  return KNOWS_OWN.has(action) ? 'own' : 'none';
}

/** What a key may carry at all. */
export const KEY_ACTIONS: readonly Action[] = ACTIONS.filter((action) => reachOf('api-key', action) !== 'none');
