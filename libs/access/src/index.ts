export { seesWhole, shownTo, shownWithin, toldActor } from './masks';
export { KEY_ACTIONS, reachFor } from './permissions';
export { permissionsPage } from './permissions-page';
export { RowGrants, commonRows, isSeen, isWithin, scopeOf, seenBy } from './row-grants';
export type { BrandScope, SeenIds, SeenRows } from './row-grants';
