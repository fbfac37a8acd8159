export * from './clock';
export * from './derive-key';
export { environmentExample } from './env-example';
export { ForbiddenTarget, guardedAgent, type OutboundGuard } from './outbound';
export { PlatformSettings, platformHosts } from './platform-settings';
export { loadSettings, SettingsError } from './settings';
export type { SettingProblem, Settings } from './settings';
