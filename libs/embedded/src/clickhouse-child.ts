// A real ClickHouse server (HTTP) out of the npm package chdb: its library carries `clickhouse local`, whose `SYSTEM START LISTEN HTTP`
// opens the server's own HTTP handler. Run as a child process with a pipe as stdin: node clickhouse-child.js --path=DIR --config-file=FILE
// Under Jest this file is run as it is, by Node's type stripping: erasable syntax only, no @app imports.
// Traps:
// - ffi-rs calls on a real thread stack; FFI libraries that switch stacks (koffi) trip ClickHouse's stack check.
// - chdb_connect cannot start listeners: only the command line can, and it runs as long as its last query. The sleeping query costs 0.4 % of
//   a core. Reading stdin instead (`file('-')`) would need READ ON FILE for the passwordless user, which reads any file of the machine here.
// - process.exit() waits for the engine's threads for ever: an abrupt end is a SIGKILL to ourselves (nothing acknowledged is lost). A gentle
//   one is the parent's KILL QUERY WHERE user = '' (the sleeping query belongs to the user '', not to `default`).
import { DataType, load, open } from 'ffi-rs';
import { resolveLibchdb } from 'chdb/libchdb';

open({ library: 'chdb', path: resolveLibchdb().path });
const TCP = '--listen-tcp'; // a shard: the others of its cluster speak the native protocol
const given = process.argv.slice(2);
const listen = given.includes(TCP) ? 'SYSTEM START LISTEN TCP; ' : '';
const args = [
  'clickhouse',
  ...given.filter((argument) => argument !== TCP),
  `--query=${listen}SYSTEM START LISTEN HTTP; SELECT sleepEachRow(3) FROM system.numbers FORMAT Null SETTINGS max_block_size = 1`,
];
const die = () => process.kill(process.pid, 'SIGKILL');

process.stdin.resume().on('end', die).on('error', die); // the life line: the parent, however it died, has closed the pipe
process.on('SIGTERM', die);
process.on('SIGINT', () => undefined); // Ctrl-C reaches the whole process group; the parent decides
void load({
  library: 'chdb',
  funcName: 'chdb_query_cmdline',
  retType: DataType.External,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [args.length, args],
  runInNewThread: true,
}).then(die, die); // errors are on stderr already; after a gentle stop everything is flushed and closed here
