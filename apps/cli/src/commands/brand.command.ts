import { Command } from 'commander';
import { VitrineError, isZone } from '@app/contracts';
import { StateReader, ensureBrand, setShowsNeighbours } from '@app/database';
import { operator } from '../operator';
import { print, printJson, printTable } from '../output';
import { globalsOf, withStores } from '../session';

export function brandCommand(): Command {
  const brand = new Command('brand').description('brands of this installation');
  brand
    .command('list')
    .description('every brand with its zone')
    .action(async (_: unknown, command: Command) => {
      const globals = globalsOf(command);
      await withStores(globals, async ({ dataSource, instance }) => {
        const brands = await new StateReader(dataSource, instance.secret).listBrands();
        if (globals.json) printJson(brands);
        else
          printTable(
            ['code', 'name', 'zone'],
            brands.map(({ code, name, zone }) => [code, name, zone]),
            3,
          );
      });
    });
  brand
    .command('add <code>')
    .description('a further brand; the first import into an empty installation makes one by itself')
    .requiredOption('--name <name>', 'what people call it')
    .option('--zone <zone>', 'IANA zone of its business days, fixed once facts exist', 'Asia/Shanghai')
    .action(async (code: string, { name, zone }: { name: string; zone: string }, command: Command) => {
      if (!isZone(zone))
        throw new VitrineError(
          'bad_input',
          { en: `${zone} is no IANA time zone.`, zh: `${zone} 不是 IANA 时区。` },
          { remedy: { en: 'Write it as Asia/Shanghai.', zh: '请写成 Asia/Shanghai 的形式。' } },
        );
      const globals = globalsOf(command);
      await withStores(globals, async ({ dataSource }) => {
        const made = await ensureBrand(dataSource, { code, name, zone }, operator());
        if (globals.json) printJson(made);
        else print(`${made.code} ${made.name} ${made.zone}`);
      });
    });
  brand
    .command('neighbours <on|off>')
    .description('may people of dealers see the others of a ranking as places without names (on at first)')
    .action(async (given: string, _: unknown, command: Command) => {
      if (given !== 'on' && given !== 'off') throw new VitrineError('bad_input', { en: 'Say on or off.', zh: '请填写 on 或 off。' });
      const globals = globalsOf(command);
      await withStores(globals, async ({ dataSource, instance }) => {
        const { brandId, code } = await new StateReader(dataSource, instance.secret).brand(globals.brand);
        await setShowsNeighbours(dataSource, brandId, given === 'on', operator());
        if (globals.json) printJson({ brand: code, showsNeighbours: given === 'on' });
        else print(`${code} neighbours ${given}`);
      });
    });
  return brand;
}
