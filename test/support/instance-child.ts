// One process that opens the instance of a data folder (beside CLICKHOUSE_URL, if that is given), says so in one JSON line, and keeps it until a signal: what the fault tests kill.
//   node -r ./tools/run-ts.cjs test/support/instance-child.ts DATA_DIR
import { loadSettings } from '@app/config';
import { openInstance } from '@app/embedded';

async function main(): Promise<void> {
  const { CLICKHOUSE_URL, VITRINE_SECRET } = process.env;
  const instance = await openInstance(loadSettings({ VITRINE_DATA: process.argv[2], CLICKHOUSE_URL, VITRINE_SECRET }));
  const end = () => void instance.stop().then(() => process.exit(0));
  process.on('SIGINT', end).on('SIGTERM', end);
  void instance.failed.then((why) => {
    console.error(why);
    end();
  });
  const { owned, clickhouse, postgres } = instance;
  console.log(JSON.stringify({ owned, clickhouse, postgres }));
  setInterval(() => undefined, 60_000);
}
main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
