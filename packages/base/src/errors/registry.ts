import type { ErrorTable } from './entry.ts';

/** HS-18xx: the room registry. */
export const REGISTRY_ERRORS = {
  'HS-1801': {
    title: 'License needed',
    cause:
      'Without a license the registry shows the packages of CORE and nothing else, not even whether there is more.',
    hint: 'Send the license as bearer token: hyper-install --license FILE, or _authToken in .npmrc.',
    exit: 77,
    http: 401,
  },
  'HS-1802': {
    title: 'License refused',
    cause: 'The token is not a license of this vendor, or it is expired beyond its grace, revoked, or not valid yet.',
    hint: 'Ask the vendor for a renewed license. What is installed goes on running; CORE needs no license.',
    exit: 77,
    http: 401,
  },
  'HS-1803': {
    title: 'Tier does not hold this',
    cause: 'The license is good, but for a lower tier than the one that holds what was asked for.',
    hint: 'Choose what the license covers, or ask the vendor for a license of the tier that the answer names.',
    exit: 77,
    http: 403,
  },
  'HS-1804': {
    title: 'No such thing',
    cause: 'This registry has no package, version or file at that address.',
    hint: 'Check name and version; npm search lists what the license shows.',
    exit: 69,
    http: 404,
  },
  'HS-1805': {
    title: 'Version is in quarantine',
    cause: 'The vendor withdrew this version because running it does harm; the answer says why.',
    hint: 'Use the replacement that the answer names, or the newest version.',
    exit: 81,
    http: 410,
  },
  'HS-1806': {
    title: 'Registry is read-only',
    cause: 'This server answers GET and HEAD only: it holds no signing key, so nothing can be published through it.',
    hint: 'Publish into the tree with hyper-publish publish; the server picks it up by itself.',
    exit: 64,
    http: 405,
  },
  'HS-1807': {
    title: 'File of the tree is damaged',
    cause: 'Its bytes are not those that the packument names, or it is missing; it is not served.',
    hint: 'Run hyper-registry fsck, then restore the tree from a backup or publish the version again.',
    exit: 65,
    http: 503,
  },
  'HS-1808': {
    title: 'Tree refused',
    cause: 'A file that decides who may have what is missing, malformed or contradicts another, so nothing is served.',
    hint: 'Run hyper-registry fsck --tree DIR; a new tree is made with hyper-publish init.',
    exit: 78,
    http: 503,
  },
  'HS-1809': {
    title: 'Tree has faults',
    cause: 'fsck found files that are missing, changed, unsigned, unreachable or too many.',
    hint: 'Restore what the report lists from a backup, or publish it again; then run fsck once more.',
    exit: 65,
    http: 500,
  },
  'HS-1810': {
    title: 'Tree changed during the backup',
    cause: 'Somebody published while the tree was copied, several times in a row; the copy would mix two states.',
    hint: 'Run the backup again when nobody publishes; the unfinished copy was removed.',
    exit: 75,
    http: 503,
  },
  'HS-1811': {
    title: 'Address cannot be used',
    cause: 'Another program listens on this port, the port needs more rights, or the address is not of this machine.',
    hint: 'Choose another --port or --host, or stop the other program.',
    exit: 73,
    http: 500,
  },
  'HS-1812': {
    title: 'Plain http refused',
    cause: 'Serving to other machines without TLS would show every license to whoever listens on the way.',
    hint: 'Give --tls-cert and --tls-key, or --behind-proxy where a proxy on this machine ends TLS.',
    exit: 78,
    http: 500,
  },
  'HS-1813': {
    title: 'Range cannot be served',
    cause: 'The range asked for begins after the end of the file, or is none that this server understands.',
    hint: 'Ask for the whole file.',
    exit: 69,
    http: 416,
  },
} as const satisfies ErrorTable;
