import type { ErrorTable } from './entry.ts';

/** HS-16xx: the room installer. */
export const INSTALLER_ERRORS = {
  'HS-1601': {
    title: 'Node does not fit',
    cause: 'The runtime of this release needs another version of Node than the one that runs the installer.',
    hint: 'Install the Node version that the message names, or ask your vendor for the installer that brings its own.',
    exit: 78,
    http: 500,
  },
  'HS-1602': {
    title: 'Not enough disk space',
    cause: 'The release does not fit into the free space of the file system that holds the installation.',
    hint: 'Free space (hyper-install gc removes unused generations) or choose another --root.',
    exit: 73,
    http: 507,
  },
  'HS-1603': {
    title: 'Clock is behind signed time',
    cause: 'This machine’s clock stands before a time that the vendor has already signed.',
    hint: 'Set the clock (NTP) and run the command again; what is installed goes on running.',
    exit: 78,
    http: 500,
  },
  'HS-1604': {
    title: 'Archive refused',
    cause:
      'A tarball holds something other than plain files in plain folders, or does not match its signed list: a link, a device, a path that leads elsewhere, a name twice, hidden data, more than the limits allow.',
    hint: 'Nothing was installed. Report the release to your vendor; if only you see it, treat your registry or proxy as hostile.',
    exit: 80,
    http: 502,
  },
  'HS-1605': {
    title: 'Runtime cannot drive a plugin',
    cause:
      'A plugin of the release was built for a version of the mechanism interface that the runtime does not accept.',
    hint: 'Report the release to your vendor as broken; nothing was installed.',
    exit: 65,
    http: 500,
  },
  'HS-1606': {
    title: 'Saved plan no longer fits',
    cause:
      'Since the plan was made, the installation or the vendor’s signed release has changed, so applying it exactly is impossible.',
    hint: 'Make a new plan (hyper-install plan --out FILE), look at it, and apply that.',
    exit: 65,
    http: 409,
  },
  'HS-1607': {
    title: 'Saved plan cannot be read',
    cause: 'The file is not a plan of this installer, or was edited.',
    hint: 'Make a new plan with hyper-install plan --out FILE.',
    exit: 65,
    http: 400,
  },
  'HS-1608': {
    title: 'Self-test failed',
    cause: 'The installed runtime could not load every plugin and decide values with it on this machine.',
    hint: 'After an installation the generation before it is in place again. The details hold what the runtime said; pass them to your vendor.',
    exit: 83,
    http: 500,
  },
  'HS-1609': {
    title: 'Self-test took too long',
    cause: 'The installed runtime did not finish its self-test within the time limit.',
    hint: 'After an installation the generation before it is in place again. On a slow machine raise --self-test-timeout SECONDS.',
    exit: 83,
    http: 504,
  },
  'HS-1610': {
    title: 'Version is blocked for new installations',
    cause: 'The vendor withdrew a version of this release; whoever has it may keep it, but it is not installed anew.',
    hint: 'Wait for the vendor’s next release, or use the replacement that the message names.',
    exit: 81,
    http: 410,
  },
  'HS-1611': {
    title: 'Nothing to go back to',
    cause: 'There is no earlier generation that passed its self-test.',
    hint: 'hyper-install generations lists what is there; rollback --to N chooses one.',
    exit: 78,
    http: 404,
  },
  'HS-1612': {
    title: 'Confirmation needed',
    cause: 'The plan removes plugins or goes back to older versions, and there is no terminal to ask.',
    hint: 'Look at hyper-install plan, then pass --yes.',
    exit: 64,
    http: 409,
  },
  'HS-1613': {
    title: 'Package contradicts its manifest',
    cause:
      'The package.json inside a tarball names another package or version than the signed manifest, or asks for programs, scripts or dependencies that a plugin may not have.',
    hint: 'Nothing was installed. Report the release to your vendor.',
    exit: 80,
    http: 502,
  },
  'HS-1614': {
    title: 'Version changed its bytes',
    cause:
      'A new, validly signed release names other bytes for a version that is installed here. A version never changes, so either the vendor made a mistake or somebody signs with its keys.',
    hint: 'Nothing was changed, and what is installed goes on. Ask your vendor before you install anything newer.',
    exit: 80,
    http: 409,
  },
  'HS-1615': {
    title: 'Offline bundle does not fit',
    cause:
      'The file given with --offline is no bundle, or it was made for another tier or release than the one wanted.',
    hint: 'Make one where there is a network: hyper-install bundle --tier TIER --out FILE.',
    exit: 65,
    http: 400,
  },
} as const satisfies ErrorTable;
