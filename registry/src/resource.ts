import { TIERS, type TierId } from '@hypersync/manifest';

/** What an address means, without regard to whether it exists or who may have it. */
export type Resource =
  | { readonly kind: 'ping' | 'whoami' | 'keys' | 'search' | 'unknown' }
  | { readonly kind: 'packument' | 'dist-tags'; readonly name: string }
  | { readonly kind: 'version'; readonly name: string; readonly version: string }
  | { readonly kind: 'attestations'; readonly name: string; readonly version: string }
  | { readonly kind: 'tarball'; readonly name: string; readonly file: string }
  /** `base` is the package's name without its scope. */
  | { readonly kind: 'bundle'; readonly base: string; readonly version: string }
  | { readonly kind: 'tuf-metadata'; readonly file: string }
  | { readonly kind: 'tuf-target'; readonly tier: TierId | null; readonly file: string };

export interface Address {
  readonly resource: Resource;
  /** The tier of `/tiers/<slug>/`; null outside of it. */
  readonly view: TierId | null;
  readonly query: URLSearchParams;
}

const BASE = '[a-z0-9][a-z0-9-]{0,100}';
const NAME = `@[a-z0-9][a-z0-9-]{0,63}/${BASE}`;
const VERSION = String.raw`(?:\d{1,10}\.\d{1,10}\.\d{1,10}(?:-[0-9A-Za-z.-]{1,48})?)`;
const FILE = '[a-z0-9][A-Za-z0-9.-]{0,200}';
const HEX = '[0-9a-f]{128}';

type Capture = (parts: readonly string[]) => Resource;

/** Everything that this server knows. Exact, anchored, lower case; whatever matches none of it is `unknown`. */
const ROUTES: readonly (readonly [RegExp, Capture])[] = [
  [/^-\/ping$/, () => ({ kind: 'ping' })],
  [/^-\/whoami$/, () => ({ kind: 'whoami' })],
  [/^-\/npm\/v1\/keys$/, () => ({ kind: 'keys' })],
  [/^-\/v1\/search$/, () => ({ kind: 'search' })],
  [new RegExp(`^(${NAME})$`), ([name = '']) => ({ kind: 'packument', name })],
  [new RegExp(`^(${NAME})/(${VERSION}|latest)$`), ([name = '', version = '']) => ({ kind: 'version', name, version })],
  [new RegExp(`^(${NAME})/-/(${FILE})$`), ([name = '', file = '']) => ({ kind: 'tarball', name, file })],
  [new RegExp(`^-/package/(${NAME})/dist-tags$`), ([name = '']) => ({ kind: 'dist-tags', name })],
  [
    new RegExp(`^-/npm/v1/attestations/(${NAME})@(${VERSION})$`),
    ([name = '', version = '']) => ({ kind: 'attestations', name, version }),
  ],
  // A name has no dots, so there is one place at most where it ends and a version begins.
  [
    new RegExp(`^-/hypersync/bundles/(${BASE})-(${VERSION})\\.sigstore\\.json$`),
    ([base = '', version = '']) => ({ kind: 'bundle', base, version }),
  ],
  [
    /^-\/hypersync\/tuf\/metadata\/((?:\d{1,10}\.(?:root|snapshot|targets|tier-[a-z-]{1,20})|timestamp)\.json)$/,
    ([file = '']) => ({ kind: 'tuf-metadata', file }),
  ],
  [
    new RegExp(`^-/hypersync/tuf/targets/(${HEX}\\.[a-z_-]{1,40}\\.json)$`),
    ([file = '']) => ({ kind: 'tuf-target', tier: null, file }),
  ],
  [
    new RegExp(`^-/hypersync/tuf/targets/(${TIERS.join('|')})/(${HEX}\\.manifest\\.json)$`),
    ([tier = '', file = '']) => ({ kind: 'tuf-target', tier: tier as TierId, file }),
  ],
];

const LONGEST_ADDRESS = 1024;
const UNKNOWN: Resource = { kind: 'unknown' };

/**
 * Reads the raw request target. Only two encodings exist: `%40` for the at sign and `%2f` (either case) between scope and
 * name, as npm and pnpm send them. Everything else that is encoded, doubled, dotted or upper case is `unknown`, and is then
 * answered like any name that does not exist, so that no spelling reaches a file past the check of its name (attack N23).
 */
export function parseAddress(target: string): Address {
  const at = target.indexOf('?');
  const query = new URLSearchParams(at < 0 || target.length > 2 * LONGEST_ADDRESS ? '' : target.slice(at + 1));
  const path = (at < 0 ? target : target.slice(0, at))
    .replaceAll(/%40/g, '@')
    .replaceAll(/(\/@[a-z0-9-]+)%2[fF]/g, '$1/');
  if (path.length > LONGEST_ADDRESS || !path.startsWith('/')) return { resource: UNKNOWN, view: null, query };
  const tier = new RegExp(`^/tiers/(${TIERS.join('|')})/`).exec(path);
  const rest = tier === null ? path.slice(1) : path.slice(tier[0].length);
  return { resource: resourceAt(rest), view: tier === null ? null : (tier[1] as TierId), query };
}

function resourceAt(path: string): Resource {
  for (const [pattern, capture] of ROUTES) {
    const match = pattern.exec(path);
    if (match !== null) return capture(match.slice(1));
  }
  return UNKNOWN;
}
