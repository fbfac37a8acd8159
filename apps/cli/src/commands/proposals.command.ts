import { Command, Option } from 'commander';
import {
  PROPOSAL_KINDS,
  PROPOSAL_STATES,
  type Actor,
  type Proposal,
  type ProposalKind,
  type ProposalPreview,
  type ProposalState,
} from '@app/contracts';
import { ProposalService, type ProposalAsker } from '@app/ingest';
import { operator } from '../operator';
import { print, printJson, printTable, say } from '../output';
import { brandOf, globalsOf, withStores } from '../session';

const LISTED = 100;

async function withProposals(sub: Command, work: (proposals: ProposalService, asker: ProposalAsker) => Promise<void>): Promise<void> {
  const globals = globalsOf(sub);
  await withStores(globals, async (stores) => {
    const { code } = await brandOf(stores, globals);
    await work(new ProposalService({ dataSource: stores.dataSource, secret: stores.instance.secret }), { scope: 'all', brand: code });
  });
}

/** Changes of rate cards and policies that were proposed over HTTP: a second person decides. Whoever works here imports at once (`import rate-cards`). */
export function proposalsCommand(): Command {
  const command = new Command('proposals').description('proposed changes of rate cards and policies: look, activate, reject');
  command
    .command('list')
    .description('the newest first')
    .addOption(new Option('--state <state>', 'only these').choices([...PROPOSAL_STATES]))
    .addOption(new Option('--kind <kind>', 'only these').choices([...PROPOSAL_KINDS]))
    .option('--cursor <cursor>', 'nextCursor of the page before')
    .action((options: { state?: ProposalState; kind?: ProposalKind; cursor?: string }, sub: Command) =>
      withProposals(sub, async (proposals, asker) => {
        const page = await proposals.list({ ...options, limit: LISTED }, asker);
        if (globalsOf(sub).json) return printJson(page);
        printTable(['编号 id', '类型 kind', '行 rows', '提议人 by', '时间 at', '状态 state', '理由 reason'], page.rows.map(rowOf), 3);
        if (page.nextCursor) say(`… --cursor ${page.nextCursor}`);
      }),
    );
  command
    .command('show <id>')
    .description('what it changes and reaches, and what others changed since')
    .action((id: string, _: object, sub: Command) =>
      withProposals(sub, async (proposals, asker) => {
        const preview = await proposals.get(id, asker);
        if (globalsOf(sub).json) printJson(preview);
        else show(preview);
      }),
    );
  for (const [name, what] of [
    ['activate', 'write the rows as new versions; refused to who proposed it'],
    ['reject', 'leave everything as it is; refused to who proposed it'],
    ['withdraw', 'take one’s own proposal back'],
  ] as const)
    command
      .command(`${name} <id>`)
      .description(what)
      .option('--reason <text>', 'why')
      .action((id: string, { reason }: { reason?: string }, sub: Command) =>
        withProposals(sub, async (proposals, asker) => {
          const decided = await proposals[name](id, { actor: operator(), reason: reason ?? null }, asker);
          if (globalsOf(sub).json) printJson(decided);
          else print([`${decided.proposalId} ${decided.state}`, ...decided.versions].join(' '));
        }),
      );
  return command;
}

const by = ({ name }: Actor): string => name;
const rowOf = (one: Proposal): string[] => [
  one.proposalId,
  one.kind,
  String(one.rows.length),
  by(one.proposedBy),
  one.proposedAt,
  one.decidedBy ? `${one.state} (${by(one.decidedBy)})` : one.state,
  one.reason ?? '',
];

const shown = (value: unknown): string => (value === null ? '—' : typeof value === 'string' ? value : JSON.stringify(value));

function show(preview: ProposalPreview): void {
  const { proposalId, kind, state, proposedBy, proposedAt, reason, changes, reach, conflicts } = preview;
  print(`${proposalId} ${kind} ${state}: ${by(proposedBy)} ${proposedAt}${reason ? ` – ${reason}` : ''}`);
  printTable(
    ['对象 subject', '版本 base', '字段 field', '原 before', '新 after'],
    changes.flatMap(({ subject, base, fields }) =>
      fields.map(({ field, before, after }) => [subject, base ?? '—', field, shown(before), shown(after)]),
    ),
    5,
  );
  const lines = [...reach.platforms, ...reach.lines].join(' ');
  print(`影响 reaches: ${reach.from} – ${reach.to ?? '…'}, ${reach.accounts} 个账号 accounts${lines ? `, ${lines}` : ''}`);
  if (reach.closedMonths.length > 0)
    say(
      `已关账月份 ${reach.closedMonths.join(' ')}：关账数字不变，差异待重述。\nClosed months ${reach.closedMonths.join(' ')}: their figures stay, the difference is pending until it is restated.`,
    );
  for (const { subject, base, now, fields } of conflicts)
    say(
      `已被他人改动 changed since: ${subject} ${base ?? '—'} → ${now ?? '—'}${fields.map(({ field, before, after }) => `; ${field} ${shown(before)} → ${shown(after)}`).join('')}`,
    );
}
