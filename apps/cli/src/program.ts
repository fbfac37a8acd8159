import { Command } from 'commander';
import { apiKeysCommand } from './commands/api-keys.command';
import { auditCommand } from './commands/audit.command';
import { backupCommand } from './commands/backup.command';
import { brandCommand } from './commands/brand.command';
import { capabilitiesCommand } from './commands/capabilities.command';
import { casesCommand } from './commands/cases.command';
import { closeCommand } from './commands/close.command';
import { collectCommand } from './commands/collect.command';
import { connectCommand } from './commands/connect.command';
import { connectionsCommand } from './commands/connections.command';
import { coverageCommand } from './commands/coverage.command';
import { deadLettersCommand } from './commands/dead-letters.command';
import { demoCommand } from './commands/demo.command';
import { doctorCommand } from './commands/doctor.command';
import { exclusionsCommand } from './commands/exclusions.command';
import { explainCommand } from './commands/explain.command';
import { exportCommand } from './commands/export.command';
import { forwardingCommand } from './commands/forwarding.command';
import { healthCommand } from './commands/health.command';
import { importCommand } from './commands/import.command';
import { importsCommand } from './commands/imports.command';
import { ingestKeysCommand } from './commands/ingest-keys.command';
import { integrityCommand } from './commands/integrity.command';
import { methodologyCommand } from './commands/methodology.command';
import { metricsCommand } from './commands/metrics.command';
import { migrateCommand } from './commands/migrate.command';
import { personCommand } from './commands/person.command';
import { proposalsCommand } from './commands/proposals.command';
import { livePlayCommand } from './commands/live-play.command';
import { relinkCommand } from './commands/relink.command';
import { reportCommand } from './commands/report.command';
import { restoreCommand } from './commands/restore.command';
import { holdsCommand, retentionCommand } from './commands/retention.command';
import { secretCommand } from './commands/secret.command';
import { sentinelsCommand } from './commands/sentinels.command';
import { settlementCommand } from './commands/settlement.command';
import { templateCommand } from './commands/template.command';
import { tiersCommand } from './commands/tiers.command';
import { upCommand } from './commands/up.command';
import { usersCommand } from './commands/users.command';
import { verifyCommand } from './commands/verify.command';
import { viewerKeysCommand } from './commands/viewer-keys.command';
import { whatIfCommand } from './commands/what-if.command';

/** The whole command line. Usage errors throw CommanderError. */
export function buildProgram(): Command {
  const program = new Command('vitrine')
    .description("Virtual showroom traffic and communication value of a brand's live accounts")
    .option('--data <dir>', 'embedded data directory (default: VITRINE_DATA or ./data)')
    .option('--brand <code>', 'the brand; may be left out where there is only one')
    .option('--json', 'machine-readable output')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true });
  const commands = [
    upCommand(),
    migrateCommand(),
    doctorCommand(),
    brandCommand(),
    importCommand(),
    importsCommand(),
    templateCommand(),
    exclusionsCommand(),
    exportCommand(),
    reportCommand(),
    explainCommand(),
    tiersCommand(),
    forwardingCommand(),
    metricsCommand(),
    methodologyCommand(),
    livePlayCommand(),
    relinkCommand(),
    collectCommand(),
    capabilitiesCommand(),
    connectCommand(),
    connectionsCommand(),
    coverageCommand(),
    healthCommand(),
    deadLettersCommand(),
    backupCommand(),
    restoreCommand(),
    verifyCommand(),
    casesCommand(),
    closeCommand(),
    secretCommand(),
    ingestKeysCommand(),
    usersCommand(),
    apiKeysCommand(),
    viewerKeysCommand(),
    sentinelsCommand(),
    whatIfCommand(),
    proposalsCommand(),
    settlementCommand(),
    auditCommand(),
    personCommand(),
    retentionCommand(),
    holdsCommand(),
    demoCommand(),
    integrityCommand(),
  ];
  for (const command of commands) {
    command.copyInheritedSettings(program);
    for (const sub of command.commands) sub.copyInheritedSettings(program);
    program.addCommand(command);
  }
  return program;
}
