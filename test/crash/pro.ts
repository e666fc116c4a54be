// The crash matrix for the nine plugins of PRO: `node test/crash/pro.ts`. Every fault at every operation of every command, in
// memory, then SIGKILL on the real disk. Takes several minutes; the two-plugin form of it runs with `npm test`.
import { availableParallelism } from 'node:os';
import { ERRORS, hitEveryOperation, KILLS, MORE_ERRORS, POWER_CUTS } from './model.ts';
import { KillRig } from './real.ts';
import { makeScenarios } from './scenarios.ts';

const PRO = [
  'gossip',
  'vector-clock',
  'crdt',
  'merkle-tree',
  'simple-bft',
  'quorum',
  'raft',
  'paxos',
  'proof-of-stake',
];

const rig = new KillRig();
try {
  const scenarios = await makeScenarios(rig.box, 'pro', PRO);
  await rig.open();
  let all = 0;
  for (const scenario of scenarios) {
    for (const fault of [...KILLS, ...POWER_CUTS, ...ERRORS, ...MORE_ERRORS]) {
      const { points, old, new: done } = await hitEveryOperation(scenario, fault);
      const what = [fault.kind, fault.lasting, fault.power === undefined ? '' : `power: ${fault.power}`].filter(
        Boolean,
      );
      console.log(`${scenario.name}, ${what.join(', ')}: ${points} points, ${old} old, ${done} new`);
      all += points;
    }
    // The real processes have a self-test that passes; what follows a failed one is the model's.
    if (scenario.selfTest === 'fails') continue;
    const { points, old, new: done } = await rig.killEverywhere(scenario, availableParallelism());
    console.log(`${scenario.name}, SIGKILL of a process: ${points} points, ${old} old, ${done} new`);
    all += points;
  }
  console.log(`crash matrix for PRO: ${all} points, each ended in the old or the new generation and healed`);
} finally {
  rig.close();
}
