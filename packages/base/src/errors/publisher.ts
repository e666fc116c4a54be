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
  'HS-1721': {
    title: 'Private key cannot be opened',
    cause: 'The passphrase is not the one that the key was encrypted with, or the key file is damaged.',
    hint: 'Check the passphrase file; if it is right, restore the key file from your backup.',
    exit: 78,
    http: 500,
  },
  'HS-1722': {
    title: 'Private key is missing',
    cause: 'A key that this act needs is not in the key folder, or the index of keys is damaged.',
    hint: 'Mount the medium with the offline keys, or restore the folder from your backup.',
    exit: 78,
    http: 500,
  },
  'HS-1723': {
    title: 'No usable passphrase',
    cause: 'No passphrase was given, its file cannot be read, or it is too short.',
    hint: 'Pass --passphrase-file FILE (or - for standard input) with at least twelve characters on the first line.',
    exit: 78,
    http: 500,
  },
  'HS-1724': {
    title: 'Secret file is open to others',
    cause: 'A key or passphrase file may be read by other users of this machine.',
    hint: 'Take the rights away with chmod 600, and rotate the key if somebody else had access.',
    exit: 78,
    http: 500,
  },
} as const satisfies ErrorTable;
