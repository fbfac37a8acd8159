import { Command } from 'commander';
import { notAvailable } from '../output';

/** Commands of the contract that later versions bring: each answers "not available yet" with exit 2. */
export function laterCommands(): Command[] {
  const later = (name: string, description: string) =>
    new Command(name)
      .description(`${description} (not available yet)`)
      .argument('[anything...]')
      .allowUnknownOption()
      .action(() => {
        throw notAvailable(`vitrine ${name}`);
      });
  return [later('integrity', 'run the detectors')];
}
