import { ACTIONS, ROLES } from '@app/contracts';
import { reachOf } from './permissions';

const SIGNS = { none: '–', own: 'own', brand: 'brand' } as const;
const HEAD = `# Permissions

<!-- Generated from libs/access/src/permissions.ts by \`npm run docs:permissions\`; a test fails when it is not current. -->

What each role may do. \`brand\`: with all of the brand; \`own\`: with the rows that were granted (regions with dates, dealer groups, dealers, accounts), for
people their own sessions; –: refused. Nobody reaches further than their grants: a brand-wide role over a part of the brand reaches that part. Every route of
the interface names one action; a route without one does not start. The operator at the command line may everything; a key for programs does at most what its
column says, and of that what it was made for. How rows are cut out of answers: [ADR 0032](adr/0032-access.md).
`;

/** docs/permissions.md, whole. */
export function permissionsPage(): string {
  const columns = [...ROLES, 'api-key'] as const;
  const rows = [
    ['action', ...columns],
    ...ACTIONS.map((action) => [`\`${action}\``, ...columns.map((role) => SIGNS[reachOf(role, action)])]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  const line = (cells: readonly string[], filler = ' ') => `| ${cells.map((cell, at) => cell.padEnd(widths[at], filler)).join(' | ')} |`;
  const [head, ...body] = rows.map((cells) => line(cells));
  const rule = line(
    widths.map(() => ''),
    '-',
  );
  return [HEAD, head, rule, ...body, ''].join('\n');
}
