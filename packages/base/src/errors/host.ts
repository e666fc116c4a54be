import type { ErrorTable } from './entry.ts';

/** HS-20xx: the room host. */
export const HOST_ERRORS = {
  'HS-2001': {
    title: 'This runtime has no trust anchor',
    cause:
      'The runtime was started from its source. Only a runtime that a vendor published carries the root that plugins are verified from.',
    hint: 'Start the runtime of an installation: <root>/current/runtime/runtime.mjs. To try the programs from source, use npm run quickstart.',
    exit: 80,
    http: 500,
  },
  'HS-2002': {
    title: 'Runtime is incomplete',
    cause:
      'The verified runtime of this generation lacks its worker or its prelude, without which no plugin can be confined.',
    hint: 'Run hyper-install verify, then hyper-install upgrade or rollback; nothing was loaded.',
    exit: 80,
    http: 500,
  },
  'HS-2003': {
    title: 'Plugin is not what was verified',
    cause:
      'A file of the plugin is missing from the verified tree, or its bytes have another digest than the signed manifest states.',
    hint: 'Run hyper-install verify to see which files changed, then install the generation again; nothing of the plugin was run.',
    exit: 80,
    http: 500,
  },
  'HS-2004': {
    title: 'Interface version is not supported',
    cause: 'The plugin was built for a version of the mechanism interface that this runtime does not drive.',
    hint: 'Install a release whose runtime and plugins belong together: hyper-install upgrade.',
    exit: 78,
    http: 500,
  },
  'HS-2005': {
    title: 'Descriptor cannot be read',
    cause: 'descriptor.json of the plugin is absent, is not JSON, or lacks what the interface demands of a descriptor.',
    hint: 'The plugin was published wrongly; report it to its vendor and roll back: hyper-install rollback.',
    exit: 80,
    http: 500,
  },
  'HS-2006': {
    title: 'Descriptor contradicts the signed manifest',
    cause:
      'descriptor.json states another mechanism, version, class or interface version than the signed tier manifest.',
    hint: 'Do not run this plugin. Report it to its vendor and roll back: hyper-install rollback.',
    exit: 80,
    http: 500,
  },
  'HS-2007': {
    title: 'Plugin contradicts its descriptor',
    cause: 'The descriptor that the loaded module exports is not the one that was signed beside it.',
    hint: 'Do not run this plugin. Report it to its vendor and roll back: hyper-install rollback.',
    exit: 80,
    http: 500,
  },
  'HS-2008': {
    title: 'Plugin cannot be loaded',
    cause:
      'The plugin is not one self-contained module with a default export: it imports something, awaits at top level, or threw while it was evaluated.',
    hint: 'The plugin was built wrongly; report it to its vendor and roll back: hyper-install rollback.',
    exit: 80,
    http: 500,
  },
  'HS-2009': {
    title: 'Plugin broke the interface',
    cause:
      'The plugin threw, or answered something that the mechanism interface does not allow. Its node was stopped; the others go on.',
    hint: 'This is a bug of the plugin: report the message. The node can be restarted from its durable image.',
    exit: 70,
    http: 500,
  },
  'HS-2010': {
    title: 'Plugin took too long',
    cause: 'One call into the plugin did not return within its time limit, so its worker was ended.',
    hint: 'On a very slow or overloaded machine raise the limit (stepTimeoutMs); otherwise this is a bug of the plugin: report it.',
    exit: 70,
    http: 500,
  },
  'HS-2011': {
    title: 'Plugin was ended',
    cause:
      'The worker of the plugin ended by itself: it used more memory than it may, or tried to leave its confinement.',
    hint: 'The message says which. Memory can be raised (memoryMb); an attempt to leave should be reported to the vendor.',
    exit: 70,
    http: 500,
  },
  'HS-2012': {
    title: 'Mechanism is not installed',
    cause:
      'The current generation has no plugin for this mechanism: the name is wrong, or the installed tier does not hold it.',
    hint: 'Run the runtime with list to see what is installed; hyper-install --tier T installs another tier.',
    exit: 64,
    http: 404,
  },
  'HS-2013': {
    title: 'More nodes than the tier or license allows',
    cause: 'The cluster was to have more nodes than the installed tier, or the license, is for.',
    hint: 'Form a smaller cluster, or install a tier that allows more; the message names both.',
    exit: 77,
    http: 403,
  },
  'HS-2014': {
    title: 'Number of nodes does not fit the mechanism',
    cause:
      'The resource profile of the mechanism states the smallest and largest sensible cluster, and this is outside.',
    hint: 'Choose a number within the range in the message.',
    exit: 78,
    http: 400,
  },
  'HS-2015': {
    title: 'Mechanism refuses the configuration',
    cause:
      'The plugin checked its configuration for a cluster of this size and found keys or values that it does not accept.',
    hint: 'Correct the keys named in the message; it says what each allows.',
    exit: 78,
    http: 400,
  },
  'HS-2016': {
    title: 'License is missing or too small',
    cause:
      'The tier of this installation needs a license to form a cluster, and none is kept with the installation, or it is for a smaller tier.',
    hint: 'Install again with --license FILE. Diagnosis (list, self-test) works without one.',
    exit: 77,
    http: 403,
  },
  'HS-2017': {
    title: 'No answer in time',
    cause:
      'The cluster did not answer within the time limit: no quorum, no leader, or too slow. The operation may still take effect.',
    hint: 'Look at status(); propose the same again only if doing it twice is harmless, or read first.',
    exit: 83,
    http: 503,
  },
  'HS-2018': {
    title: 'Operation was rejected',
    cause: 'The mechanism answered that it will not carry out the operation. It did not take effect.',
    hint: 'The message names the reason.',
    exit: 65,
    http: 409,
  },
  'HS-2019': {
    title: 'Mechanism has no such operation',
    cause:
      'Mechanisms differ in what they can do: a register cannot append, a gossip cannot order, and a read level may be missing.',
    hint: 'Use an operation or read level that the message lists.',
    exit: 64,
    http: 400,
  },
  'HS-2020': {
    title: 'Node is not running',
    cause: 'There is no such node in the cluster, or it was stopped after a fault of its plugin.',
    hint: 'Ask another node, or restart this one; status() lists the nodes and why they stopped.',
    exit: 69,
    http: 503,
  },
  'HS-2021': {
    title: 'Cluster is stopped',
    cause: 'stop() was called; what was in flight has an unknown outcome.',
    hint: 'Start a new cluster.',
    exit: 69,
    http: 503,
  },
  'HS-2022': {
    title: 'Self-test failed',
    cause:
      'A plugin of this generation could not be loaded, or a small cluster of it did not decide what was proposed.',
    hint: 'Roll back with hyper-install rollback and report the message; the installer does so by itself after an installation.',
    exit: 70,
    http: 500,
  },
  'HS-2023': {
    title: 'Self-test ran out of time',
    cause:
      'The overall time limit passed before every plugin had decided. On a busy machine that may say nothing about the plugins.',
    hint: 'Run self-test again, with a larger --timeout if the machine is slow.',
    exit: 83,
    http: 503,
  },
} as const satisfies ErrorTable;
