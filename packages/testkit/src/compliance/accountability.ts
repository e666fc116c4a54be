import type { Guarantee, Micros } from '@hypersync/interface';
import { colluders } from '../attackers/twins.ts';
import { runSimulation } from '../simulator/simulate.ts';
import { VIOLATION_KINDS } from '../simulator/violation.ts';
import { sizeWithFaulty } from './campaign.ts';
import { simulationOf, type ComplianceOptions } from './options.ts';

/** How long the halves of the honest nodes do not hear each other, and what they then have to find the proof. */
const CUT: readonly [Micros, Micros] = [50_000, 1_500_000];
const DURATION: Micros = 3_000_000;
const AFTERWARDS: Micros = 3_000_000;

/** What became of runs in which more nodes lie together than the mechanism bears. */
export interface Accounts {
  /** Runs in which the halves of the honest nodes decided differently. */
  readonly forks: number;
  /** An honest node was accused, or a fork left too few convicted; null when all is well. */
  readonly problem: string | null;
}

/**
 * One faulty node more than the bound, all working together: the halves of the honest nodes may then be led to decide
 * differently, but whoever did it is found out. After a fork the honest nodes' proofs name more than a third of the weight
 * (`some`: at least one; `none`: perhaps nobody), and never anybody honest.
 */
export function accountsOf<G extends Guarantee>(options: ComplianceOptions<G>, seeds: readonly number[]): Accounts {
  const wanted = options.namesAfterFork ?? 'third';
  let forks = 0;
  for (const seed of seeds) {
    const f = seed % 3 === 0 ? 2 : 1;
    const nodes = sizeWithFaulty(options, f);
    const report = runSimulation({
      ...simulationOf(options, nodes, seed),
      faults: 'none',
      duration: DURATION,
      recoverWithin: AFTERWARDS,
      cutHonest: CUT,
      attackers: colluders(f + 1),
      // all promises may break here, but one
      ignore: VIOLATION_KINDS.filter((kind) => kind !== 'accountability'),
    });
    if (report.violation !== null) return { forks, problem: `seed ${seed}: ${report.violation.message}` };
    if ((report.overlooked['agreement'] ?? 0) === 0) continue;
    forks++;
    const named = report.culprits.length;
    const enough = wanted === 'third' ? 3 * named > nodes : named > 0 || wanted === 'none';
    if (!enough) {
      const who = named === 0 ? 'nobody' : report.culprits.join(', ');
      return {
        forks,
        problem: `seed ${seed}: honest nodes decided differently, and of ${nodes} nodes ${who} is proved guilty (namesAfterFork)`,
      };
    }
  }
  return { forks, problem: null };
}
