import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TierId } from '@hypersync/manifest';
import { createFakeVendor } from '@hypersync/testkit';
import type { Release } from './vendor.ts';

/** One command under test: how its start is reached, and between which two states it may be interrupted. */
export interface Scenario {
  readonly name: 'install' | 'upgrade' | 'rollback' | 'gc' | 'failing upgrade';
  /** Commands that prepare the root, each against one of the releases. */
  readonly before: readonly { readonly release: Release; readonly argv: readonly string[] }[];
  readonly release: Release;
  /** Reaches the same goal however often it is run. */
  readonly argv: readonly string[];
  /** Generations that may be in place after an interruption; null for none. */
  readonly old: number | null;
  readonly new: readonly number[];
  /** Of the interrupted command; the one after it always passes. */
  readonly selfTest: 'passes' | 'fails';
  /** Trees in the store once the command has been finished. */
  readonly trees: number;
}

/** A vendor with two releases that differ in one plugin, and the four commands that change an installation. `box`: for the license. */
export async function makeScenarios(
  box: string,
  tier: TierId,
  mechanisms: readonly string[],
): Promise<readonly Scenario[]> {
  const [changed = 'gossip'] = mechanisms;
  const vendor = await createFakeVendor({ tiers: [tier], mechanisms });
  const moment = (): Release => ({
    anchor: vendor.anchor,
    now: vendor.now,
    metadata: new Map(vendor.repository.files),
    artifacts: new Map(vendor.artifacts),
  });
  const first = moment();
  await vendor.addPlugin(changed, '1.1.0');
  vendor.publish();
  const second = moment();
  const license = join(box, `${tier}.license.jwt`);
  writeFileSync(license, await vendor.license(tier));
  const install = { release: first, argv: ['--tier', tier, '--license', license] };
  const upgrade = { release: second, argv: ['upgrade'] };
  const whole = mechanisms.length + 1;
  return [
    { name: 'install', before: [], ...install, old: null, new: [1], selfTest: 'passes', trees: whole },
    { name: 'upgrade', before: [install], ...upgrade, old: 1, new: [2], selfTest: 'passes', trees: whole + 1 },
    {
      name: 'rollback',
      before: [install, upgrade],
      release: second,
      argv: ['rollback', '--to', '1'],
      old: 2,
      new: [1],
      selfTest: 'passes',
      trees: whole + 1,
    },
    {
      name: 'gc',
      before: [install, upgrade],
      release: second,
      argv: ['gc', '--keep', '0'],
      old: 2,
      new: [2],
      selfTest: 'passes',
      trees: whole,
    },
    // Its generation fails the self-test and gives way; the next command may finish it or write another.
    {
      name: 'failing upgrade',
      before: [install],
      ...upgrade,
      old: 1,
      new: [2, 3],
      selfTest: 'fails',
      trees: whole + 1,
    },
  ];
}
