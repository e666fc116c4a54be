import type { ErrorTable } from './entry.ts';

/** HS-14xx: the room registry-client. */
export const REGISTRY_CLIENT_ERRORS = {
  'HS-1401': {
    title: 'Registry cannot be reached',
    cause: 'The name does not resolve, nothing listens there, or the connection broke before an answer came.',
    hint: 'Check the address, the network and the firewall (hyper-install doctor does), then run the command again; finished downloads are kept.',
    exit: 69,
    http: 502,
  },
  'HS-1402': {
    title: 'Registry too slow',
    cause:
      'No byte came for longer than the limit, or the average rate fell below the minimum; an attacker can stall a client this way for ever.',
    hint: 'Run the command again; downloads resume where they stopped. If it repeats, use a mirror or an offline bundle.',
    exit: 69,
    http: 504,
  },
  'HS-1403': {
    title: 'TLS connection refused',
    cause:
      'The certificate of the registry, or of a proxy that opens TLS, is not signed by a trusted authority, names another host, or has expired.',
    hint: 'If your company has an authority of its own, name its PEM file with --ca; otherwise check address and clock. Verification cannot be turned off.',
    exit: 69,
    http: 502,
  },
  'HS-1404': {
    title: 'Secret file is unusable',
    cause: 'The file that should hold a license or password is missing, not readable, empty, too large or not text.',
    hint: 'Put the secret alone on the first line of the file, readable by this user only.',
    exit: 78,
    http: 500,
  },
  'HS-1405': {
    title: 'Registry address refused',
    cause:
      'The address is not a URL, carries a user name, query or fragment, or uses plain http to another machine, where a license could be read on the way.',
    hint: 'Use an address like https://registry.example; http is accepted only for this machine (127.0.0.1, localhost).',
    exit: 78,
    http: 400,
  },
  'HS-1406': {
    title: 'Redirect refused',
    cause: 'The registry sent us on to plain http, to something that is not a web address, or in a circle.',
    hint: 'Nothing was sent there. Report it to whoever runs the registry; if nobody set up such a redirect, somebody on the way did.',
    exit: 80,
    http: 502,
  },
  'HS-1407': {
    title: 'Answer is broken',
    cause:
      'The body ended early, is longer or shorter than announced, is another range than asked for, or is not HTTP.',
    hint: 'Run the command again. If it repeats, a proxy on the way changes answers: try without it.',
    exit: 69,
    http: 502,
  },
  'HS-1408': {
    title: 'Other bytes than the signed manifest names',
    cause: 'Size or SHA-512 of a download differ from what was signed: a damaged mirror, a stale cache, or tampering.',
    hint: 'Nothing was installed. Run the command again; if it repeats, report it to the vendor before trusting that registry.',
    exit: 80,
    http: 502,
  },
  'HS-1409': {
    title: 'Version already published with other bytes',
    cause: 'A version can never change its bytes; the registry holds this version with another digest.',
    hint: 'Raise the version and publish that; or, if the registry should hold these bytes, find out who published the others.',
    exit: 65,
    http: 409,
  },
  'HS-1410': {
    title: 'Proxy refused the connection',
    cause: 'The proxy of HTTPS_PROXY wants credentials (407), forbids the registry, or does not answer.',
    hint: 'Put credentials into HTTPS_PROXY (http://user:password@proxy:port), or name the registry in NO_PROXY.',
    exit: 69,
    http: 502,
  },
  'HS-1411': {
    title: 'Registry wants a valid license',
    cause: 'No license was sent, or the registry finds it expired, revoked or malformed (401).',
    hint: 'Name the license with --license FILE; hyper-install doctor shows its dates. CORE needs none.',
    exit: 77,
    http: 401,
  },
  'HS-1412': {
    title: 'License does not cover this',
    cause: 'The license is valid, but its tier does not hold what was asked for (403).',
    hint: 'Ask for a tier that the license covers, or ask the vendor for a license of the tier that the message names.',
    exit: 77,
    http: 403,
  },
  'HS-1413': {
    title: 'Not on the registry',
    cause: 'The registry has no such package, version or file (404). It may be a mirror that is not yet complete.',
    hint: 'Check the address of the registry; if it is right, try again later or ask whoever runs it.',
    exit: 69,
    http: 404,
  },
  'HS-1414': {
    title: 'Version is in quarantine',
    cause: 'The vendor withdrew this version and does not serve it any more (410).',
    hint: 'Run hyper-install upgrade: the current tier manifest names the replacement.',
    exit: 81,
    http: 410,
  },
  'HS-1415': {
    title: 'Registry has trouble',
    cause: 'It answered 5xx, or asked to slow down (429), and kept doing so through all attempts.',
    hint: 'Try again in a few minutes; if it lasts, ask whoever runs the registry.',
    exit: 69,
    http: 503,
  },
  'HS-1416': {
    title: 'Name refused',
    cause: 'A package name, version or metadata path has a form that could reach outside its place; it was not sent.',
    hint: 'Names look like @hypersync/mechanism-raft, versions like 1.2.3. If it came from a manifest, do not trust that manifest.',
    exit: 65,
    http: 400,
  },
  'HS-1417': {
    title: 'Answer makes no sense',
    cause:
      'The address answers, but not as a registry does: an unexpected status, another package, or a document that is not a packument.',
    hint: 'Check the address; a login page of a network often answers in the place of a registry.',
    exit: 69,
    http: 502,
  },
  'HS-1418': {
    title: 'Tarball lies at another host',
    cause:
      'A packument names a tarball outside the registry; following it would let anybody who edits a packument choose the source.',
    hint: 'Set the public address of the registry correctly (Verdaccio: VERDACCIO_PUBLIC_URL), or use the address that its packuments name.',
    exit: 80,
    http: 502,
  },
} as const satisfies ErrorTable;
