import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { stockTools } from './tools.ts';

const SIM = fileURLToPath(new URL('../sim/main.ts', import.meta.url));
const MECHANISMS = 14;

/** One line per mechanism: a hash over all that its simulated nodes did. */
function traces(node: string): readonly string[] {
  const { status, stdout, stderr } = spawnSync(node, [SIM, '--hash-only', '--seeds', '2', '--jobs', '1'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim().split('\n');
}

it('every mechanism does the same on Node 26, to the last bit', () => {
  const { node26 } = stockTools();
  expect(spawnSync(node26, ['--version'], { encoding: 'utf8' }).stdout).toMatch(/^v26\./);
  const here = traces(process.execPath);
  expect(here).toHaveLength(MECHANISMS);
  expect(traces(node26)).toEqual(here);
});
