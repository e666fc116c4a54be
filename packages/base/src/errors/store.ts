import type { ErrorTable } from './entry.ts';

/** HS-15xx: the room store. */
export const STORE_ERRORS = {
  'HS-1501': {
    title: 'Nothing is installed here',
    cause: 'The folder holds no installation, or none that was ever switched on.',
    hint: 'Install first: hyper-install --tier TIER, or name the right folder with --root.',
    exit: 78,
    http: 404,
  },
  'HS-1502': {
    title: 'Another command is changing this installation',
    cause: 'Two commands that write cannot run on one installation at the same time.',
    hint: 'Wait until the other command ends, or pass --wait SECONDS. A lock never outlives its owner: nothing has to be removed by hand.',
    exit: 75,
    http: 409,
  },
  'HS-1503': {
    title: 'An installed file is not what was signed',
    cause:
      'A file, folder or link of an installed plugin or of the runtime was changed, added, removed or replaced after the installation.',
    hint: 'Treat the host as tampered with until you know why. hyper-install --tier TIER fetches and repairs damaged files; rollback goes to an intact generation.',
    exit: 80,
    http: 500,
  },
  'HS-1504': {
    title: 'The record of a generation was changed',
    cause: 'The lock file, the signed metadata or the seal of a generation does not match what was written with it.',
    hint: 'Treat the host as tampered with until you know why. hyper-install --tier TIER writes a new generation; rollback goes to an intact one.',
    exit: 80,
    http: 500,
  },
  'HS-1505': {
    title: 'No such generation',
    cause: 'The number does not name a generation that this installation still holds.',
    hint: 'hyper-install generations lists them.',
    exit: 78,
    http: 404,
  },
  'HS-1506': {
    title: 'Content is not what was signed',
    cause:
      'The unpacked files differ from the signed list of the artifact: one is missing, one is extra, or bytes differ.',
    hint: 'Nothing was installed. Try again; if it happens again, report the release to your vendor as broken.',
    exit: 80,
    http: 502,
  },
  'HS-1507': {
    title: 'The folder belongs to something else',
    cause: 'The root is not empty and is not an installation; files of others could be lost.',
    hint: 'Pass --root with an empty or new folder.',
    exit: 78,
    http: 409,
  },
  'HS-1508': {
    title: 'The disk reported an error',
    cause: 'A read or write failed with an input/output error, or the system ran out of file handles.',
    hint: 'Check the disk (dmesg, SMART) and run the command again; it heals what was left.',
    exit: 73,
    http: 507,
  },
  'HS-1509': {
    title: 'A tree that was to be kept is missing or damaged',
    cause: 'The plan counted on files that the store no longer holds intact.',
    hint: 'Run the command again; what is damaged is then fetched again.',
    exit: 75,
    http: 409,
  },
  'HS-1510': {
    title: 'The transaction contradicts itself',
    cause: 'The lock file to be written does not list exactly the artifacts that come with it.',
    hint: 'This is a bug; report it. Nothing was changed.',
    exit: 70,
    http: 500,
  },
} as const satisfies ErrorTable;
