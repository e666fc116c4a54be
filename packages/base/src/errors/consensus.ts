import type { ErrorTable } from './entry.ts';

/** HS-21xx: interface, consensus-kit, the mechanisms, and the simulator that judges them. */
export const CONSENSUS_ERRORS = {
  'HS-2102': {
    title: 'Simulation found a violation',
    cause: 'In a simulated run a mechanism broke a guarantee of its class, or did not recover in the time stated.',
    hint: 'The message tells the story of the last steps and the one-line command that replays exactly this run.',
    exit: 1,
    http: 500,
  },
  'HS-2103': {
    title: 'Simulation proves nothing',
    cause:
      'A fault that the run was to inject never happened, or no operation was tried, so that passing would mean nothing.',
    hint: 'Make the run longer, raise the probability of the fault named in the message, or leave that fault out.',
    exit: 1,
    http: 500,
  },
  'HS-2104': {
    title: 'Simulation options are wrong',
    cause: 'The options of a simulated run contradict each other or do not fit the mechanism.',
    hint: 'Correct the option named in the message.',
    exit: 64,
    http: 400,
  },
  'HS-2105': {
    title: 'History line is no operation',
    cause:
      'A line of the history given to hypersync-lincheck is JSON, but not an operation: an unknown or missing key, or a value of the wrong type.',
    hint: 'Correct the line that the message names; hypersync-lincheck --help shows what a line holds.',
    exit: 65,
    http: 400,
  },
} as const satisfies ErrorTable;
