import { FileSettings } from './file-settings';
import { OidcSettings } from './oidc-settings';
import { PLATFORM_APPS, PlatformApp } from './platform-settings';
import { PrivacySettings } from './privacy-settings';
import { PushSettings } from './push-settings';
import { SecuritySettings } from './security-settings';
import { ServerSettings } from './server-settings';
import { platformDeclarations } from './settings';
import { SettingDeclaration, settingsOf } from './setting';

const paragraph = ({ name, unit, default: value, whenUnset, purpose }: SettingDeclaration): string =>
  `# ${purpose}\n# ${unit}. Unset: ${value ?? whenUnset ?? 'nothing'}\n#${name}=${value ?? ''}\n`;

/** Text of `.env.example`: every variable with purpose, unit and default, straight from the declarations. */
export function environmentExample(): string {
  const apps = (Object.keys(PLATFORM_APPS) as PlatformApp[]).map(
    (app) => `## ${PLATFORM_APPS[app].title}\n\n${platformDeclarations(app).map(paragraph).join('\n')}`,
  );
  return [
    '# Settings of Vitrine. Nothing has to be set: without any, everything runs on this machine.\n# Generated from libs/config: npm run -s env-example\n',
    ...[...settingsOf(ServerSettings).values()].map(paragraph),
    `## Who may ask, and how often\n\n${[...settingsOf(SecuritySettings).values()].map(paragraph).join('\n')}`,
    `## What concerns persons\n\n${[...settingsOf(PrivacySettings).values()].map(paragraph).join('\n')}`,
    ...apps,
    `## The company's own sign-in (OpenID Connect)\n\n${[...settingsOf(OidcSettings).values()].map(paragraph).join('\n')}`,
    `## Files of appeals\n\n${[...settingsOf(FileSettings).values()].map(paragraph).join('\n')}`,
    `## Pushes of platforms\n\n${[...settingsOf(PushSettings).values()].map(paragraph).join('\n')}`,
  ].join('\n');
}
