import type { Command } from 'commander';
import { addCatalogCommands } from './catalog-commands.ts';
import { addKeyCommands } from './key-commands.ts';
import { addLicenseCommands } from './license-commands.ts';
import type { AddCommand } from './program.ts';

/** The whole command line (DESIGN 9). */
export function addCommands(program: Command, add: AddCommand): void {
  addCatalogCommands(program, add);
  addLicenseCommands(program, add);
  addKeyCommands(program, add);
}
