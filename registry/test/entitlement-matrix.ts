import type { TierId } from '@hypersync/manifest';

/** Who asks. The e2e tests make the same tokens with real licenses. */
export type TokenKind =
  | 'none'
  | 'garbage'
  | 'basic-auth'
  | 'other-key'
  | 'revoked'
  | 'expired'
  | 'in-grace'
  | 'not-yet'
  | 'core'
  | 'basic'
  | 'pro'
  | 'qm-imperium';

/** What is asked for: a package of that tier, one that exists nowhere, or what is open to all. */
export type Target = TierId | 'nowhere' | 'open' | 'whoami';

/** The surface through which it is asked for. */
export type Surface = 'root' | `tiers/${TierId}`;

const BAD: readonly TokenKind[] = ['garbage', 'basic-auth', 'other-key', 'revoked', 'expired', 'not-yet'];

/** Tokens that count, with the tier that they are for; a license in its grace still fetches. */
const GOOD: Readonly<Partial<Record<TokenKind, number>>> = {
  core: 0,
  basic: 1,
  pro: 2,
  'in-grace': 2,
  'qm-imperium': 6,
};

export const TOKENS: readonly TokenKind[] = ['none', ...BAD, ...(Object.keys(GOOD) as TokenKind[])];
export const TARGETS: readonly Target[] = ['core', 'basic', 'pro', 'nowhere', 'open', 'whoami'];
const RANK: Readonly<Partial<Record<Target, number>>> = { core: 0, basic: 1, pro: 2 };

/** Token, then the status for a package of CORE, Basic, PRO, of no name, an open resource, whoami. The whole of DESIGN 6. */
export const MATRIX: Readonly<Record<TokenKind, readonly number[]>> = {
  none: [200, 401, 401, 401, 200, 401],
  garbage: [401, 401, 401, 401, 200, 401],
  'basic-auth': [401, 401, 401, 401, 200, 401],
  'other-key': [401, 401, 401, 401, 200, 401],
  revoked: [401, 401, 401, 401, 200, 401],
  expired: [401, 401, 401, 401, 200, 401],
  'not-yet': [401, 401, 401, 401, 200, 401],
  core: [200, 403, 403, 404, 200, 200],
  basic: [200, 200, 403, 404, 200, 200],
  pro: [200, 200, 200, 404, 200, 200],
  'in-grace': [200, 200, 200, 404, 200, 200],
  'qm-imperium': [200, 200, 200, 404, 200, 200],
};

/** Within `/tiers/<slug>/` the tier itself is needed, and what it lacks is not there, whatever the license. */
export function statusInView(token: TokenKind, target: Target, view: 'core' | 'basic' | 'pro'): number {
  if (target === 'open') return 200;
  if (BAD.includes(token)) return 401;
  const wanted = target === 'whoami' ? 0 : RANK[target];
  const viewRank = RANK[view] ?? 0;
  const held = GOOD[token];
  if (held === undefined) return target !== 'whoami' && wanted === 0 && viewRank === 0 ? 200 : 401;
  if (wanted === undefined) return 404;
  if (held < Math.max(wanted, viewRank)) return 403;
  return wanted <= viewRank ? 200 : 404;
}
