import * as os from 'node:os';
import type { Actor } from '@app/contracts';

/** Who works at the command line: the user of the system. */
export function operator(): Actor {
  const name = userName();
  return { kind: 'operator', id: name, name };
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 0}`; // a container may run under a number without a name
  }
}
