import type { CaseAsker } from '@app/cases';
import type { Asker } from './asker';

/** Who asks, as the rules of cases need it: what somebody holds decides whose case is their own. */
export const caseAsker = ({ brand, scope, actor, principal }: Asker): CaseAsker => ({ brand, scope, actor, grants: principal.grants });
