import type { ErrorTable } from './entry.ts';

/** HS-11xx: the room manifest. */
export const MANIFEST_ERRORS = {
  'HS-1101': {
    title: 'Unknown tier',
    cause:
      'The name is none of the seven tiers; case, spaces, hyphens and underscores do not matter, everything else does.',
    hint: 'Use one of: CORE, Basic, PRO, Advanced, QM Venture, QM Campaign, QM Imperium.',
    exit: 64,
    http: 400,
  },
  'HS-1102': {
    title: 'Unknown mechanism',
    cause: 'The name is the id of none of the fourteen mechanisms.',
    hint: 'Run hypersync list to see the ids, for example raft or simple-bft.',
    exit: 64,
    http: 404,
  },
  'HS-1103': {
    title: 'Document does not obey its schema',
    cause: 'A required key is missing, a key is unknown, or a value has the wrong type or is out of range.',
    hint: 'Correct the place that the message names; the schema of the document is in schemas/.',
    exit: 65,
    http: 422,
  },
  'HS-1104': {
    title: 'Malformed YAML',
    cause:
      'The text is not YAML, uses a key twice, or uses what is not accepted from outside: aliases, tags, several documents.',
    hint: 'Correct the line that the message names; write the value out where an alias stood.',
    exit: 65,
    http: 400,
  },
  'HS-1105': {
    title: 'Lock file was edited',
    cause:
      'A lock file has exactly one valid form (canonical JSON); these bytes have another, so something other than hyper-install wrote them.',
    hint: 'Run hyper-install verify to see the damage, then hyper-install apply or rollback to make a sound generation.',
    exit: 80,
    http: 422,
  },
  'HS-1106': {
    title: 'Manifests contradict each other',
    cause: 'Every file is well-formed, but together they break a rule of manifests/validation-rules.yaml.',
    hint: 'Correct the file that the message names; the rule says why it exists.',
    exit: 65,
    http: 422,
  },
  'HS-1107': {
    title: 'Manifest missing or out of place',
    cause: 'The folder of manifests lacks a file that must be there, or holds one that nothing refers to.',
    hint: 'Restore the missing file, or remove the one that is too much; names are the ids of tiers and mechanisms.',
    exit: 65,
    http: 422,
  },
} as const satisfies ErrorTable;
