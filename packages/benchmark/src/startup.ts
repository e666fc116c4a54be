import { join } from 'node:path';
import { mustRun, withLab, type Lab } from './lab.ts';
import { inTurn, pairedRatio } from './paired.ts';
import { median, type BenchmarkRow } from './result.ts';

const ROUNDS = 15;
const EMPTY = 'node -e 0';
const NOTHING = 'nothing to do: hyper-install --tier PRO again';
const HELP = 'hyper-install --help';

/** What a start costs, in empty Nodes: the same program does nothing, and says how to use it. */
export function startupRows(): Promise<readonly BenchmarkRow[]> {
  return withLab(async (lab) => {
    const install = [...installer(lab), '--tier', 'PRO', '--root', join(lab.folder, 'host'), '--output', 'json'];
    mustRun([...install, '--license', lab.licenses.PRO]);
    const timings = await inTurn(
      [
        { name: EMPTY, run: () => void mustRun([process.execPath, '-e', '0']) },
        { name: HELP, run: () => void mustRun([...installer(lab), '--help']) },
        { name: NOTHING, run: () => nothingChanged(mustRun(install)) },
      ],
      ROUNDS,
    );
    const empty = timings.get(EMPTY) ?? [];
    return [[NOTHING, 4] as const, [HELP, 2] as const].map(([what, limit]): BenchmarkRow => {
      const ours = timings.get(what) ?? [];
      const ratio = pairedRatio(ours, empty);
      return {
        group: 'startup',
        what,
        unit: 'ms',
        ours: median(ours),
        peer: { name: EMPTY, value: median(empty), ratio },
        budget: { words: `within ${limit}x`, met: ratio <= limit },
      };
    });
  });
}

const installer = (lab: Lab): readonly string[] => [process.execPath, lab.installer];

function nothingChanged(stdout: string): void {
  if ((JSON.parse(stdout) as { changed: boolean }).changed) throw new Error('there was something to do');
}
