export * from './adcode/adcode';
export {
  CHAIN_START,
  canonicalJson,
  hashOfAct,
  sha256Hex,
  type Act,
  type ChainFault,
  type ChainHead,
  type RecordedAct,
} from './audit/act-chain';
export { recordAct, verifyActs } from './audit/act.repository';
export { countActs, listActs, type ActSearch } from './audit/act-search';
export { actorNow, nameAsker, withOrigin } from './audit/acting';
export type { SignedAnchor } from './audit/anchor';
export { ANCHOR_FOLDER, resignAnchors, type AnchorFault } from './audit/anchor-folder';
export { anchorActs, verifyAnchoredActs, type AnchorStores, type AnchoredActs } from './audit/anchor.repository';
export { brandMarks, findClose, holdState, insertClose, listCloses, listRecordedCloses, whileClosing } from './closes/close.repository';
export {
  beginCloseAttempt,
  endCloseAttempt,
  forgetCloseAttempts,
  giveUpCloseAttempts,
  listCloseAttempts,
} from './closes/close-attempt.repository';
export { listPreviews, openPreview } from './closes/close-preview.repository';
export { decideCloseRequest, findCloseRequest, insertCloseRequest, listCloseRequests } from './closes/close-request.repository';
export { LOCKS, halfOfLock, holdInTransaction, whileFree, whileHolding, type Hold } from './locks/locks';
export { createDataSource, ENTITIES, migrateDatabase, type PostgresAddress } from './data-source';
export { closedMonths } from './state/closed-months';
export * from './deliveries/dead-letters';
export * from './deliveries/delivery.repository';
export * from './forwarding/forwarding.repository';
export {
  fullScanOver,
  type FullScan,
  insertScan,
  keepReferences,
  keepSignals,
  lastScanOver,
  latestScan,
  listReferences,
  listSignalPlaces,
  listSignals,
  type KeptScan,
  type SignalOfAccount,
  type SignalPlace,
  type SignalQuery,
} from './integrity/signal.repository';
export { finishedDelivery } from './deliveries/finished-delivery';
export * from './deliveries/stream-health';
export type { ErrorClass } from './entities/collection-health.entity';
export { DEAD_LETTER_STATES, type DeadLetterState } from './entities/dead-letter.entity';
export { ProposalRepository, type ProposalAsk, type ProposalDecision } from './proposals/proposal.repository';
export type { CaseRemoval, Removed } from './exclusions/exclusion-list';
export {
  type ExclusionDecision,
  type ExclusionRow,
  type RecordedExclusion,
  knownAccounts,
  liftExclusion,
  listExclusions,
  recordExclusions,
} from './exclusions/exclusion.repository';
export { resealAll, type ResealResult } from './seal/reseal';
export { erasedKeys } from './privacy/erased-viewers';
export { factFloor, raiseFactFloor } from './privacy/fact-floor';
export { SealVault } from './seal/seal-vault';
export {
  IngestKeyRepository,
  type IngestScope,
  type ListedIngestKey,
  type MadeIngestKey,
  type UsableIngestKey,
} from './ingest-keys/ingest-key.repository';
export { SentinelProposalRepository } from './sentinels/sentinel-proposal.repository';
export {
  carryKeys,
  earliestRotation,
  keysToCarry,
  listViewerKeys,
  loadViewerKeys,
  rotateViewerKey,
  sealFirstViewerKeys,
  type CarriedKey,
  type ListedViewerKey,
  type Rotation,
} from './viewer-keys/viewer-key.repository';
export { ensureBrand } from './state/brand.repository';
export { GrantVault } from './state/grant-vault';
export { memberships } from './state/memberships';
export { judgePolicy, type PolicyItem } from './state/policy-rules';
export { judgeRateCard, rateCardIdentity, type RateCardItem } from './state/rate-card-rules';
export { stateSince } from './state/state-history';
export { listState, policyOf } from './state/state-listing';
export * from './state/state-rows';
export { setShowsNeighbours, showsNeighbours } from './state/brand-settings';
export { StateReader, unknownBrand } from './state/state.reader';
export { StateWriter } from './state/state.writer';
export type { RowRejection, UpsertResult } from './state/upsert';
export { findIncentiveRules, insertIncentiveRules, listIncentiveRules } from './settlements/incentive-rules.repository';
export { insertHold, listHolds, releaseHold } from './settlements/settlement-hold.repository';
export { penaltiesOf } from './settlements/penalty.repository';
export { insertWaiver, listWaivers } from './settlements/settlement-waiver.repository';
export {
  decideSettlement,
  findSettlement,
  insertSettlement,
  listRecordedSettlements,
  listSettlements,
  listSheets,
  lockSettlements,
  settledByDealer,
  type NewSettlement,
} from './settlements/settlement.repository';
