export { AppealFiles } from './appeal-files';
export { AppealService, type AppealGiven, type AppealVerdict } from './appeal.service';
export { CaseIntake, type TakenSignals } from './case-intake';
export { CaseService, type CaseQuery } from './case.service';
export type { CaseAsker, CaseStores, Repull } from './case-stores';
export { DecisionService, type PenaltyGiven } from './decision.service';
export { LearningService, type AuditDraw } from './learning/learning.service';
export { RectificationService, type RectificationGiven } from './rectification.service';
export { reportedOf } from './reported';
