import type { ErrorTable } from './entry.ts';

/** HS-17xx: the room publisher. */
export const PUBLISHER_ERRORS = {
  'HS-1710': {
    title: 'Cannot bundle',
    cause: 'An import cannot be resolved, or would remain in a file that must be self-contained.',
    hint: 'Plugins may import only the interface, the consensus kit and pure parts of base; correct the import named in the message.',
    exit: 65,
    http: 500,
  },
  'HS-1711': {
    title: 'Source package is malformed',
    cause: 'A folder that was to be built has no readable package.json, or it lacks the fields that the build reads.',
    hint: 'Correct the package.json named in the message.',
    exit: 65,
    http: 500,
  },
  'HS-1712': {
    title: 'Package and mechanism disagree',
    cause: 'The name in package.json is not the one that the mechanism inside it must have.',
    hint: 'Name the package @hypersync/mechanism-<id>, with the id of the descriptor.',
    exit: 65,
    http: 500,
  },
} as const satisfies ErrorTable;
