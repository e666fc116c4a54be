import { hashKey, type Bundle } from '@hypersync/consensus-kit';
import { MAX_BUNDLES, payloadBytes, type Block, type FullBlock } from './block.ts';
import { encodeMessage } from './messages.ts';
import type { State } from './state.ts';

/**
 * Payload travels apart from ordering: the node that accepted operations sends them to everybody as a signed bundle, and
 * blocks only name bundles. A vote acknowledges that the voter holds all of them, on disk, so that a QC is also a proof
 * of availability: more than a third of the weight, hence somebody honest, has what was ordered.
 */
export function fill(s: State, block: Block): FullBlock | null {
  const bundles: Bundle[] = [];
  for (const key of block.bundleKeys) {
    const bundle = s.pool.get(key) ?? s.fetched.get(key);
    if (bundle === undefined) return null;
    bundles.push(bundle);
  }
  return { block, bundles };
}

/** Is there something to agree on? */
export function hasWork(s: State): boolean {
  return !s.isSilent && (s.pool.size > 0 || s.tree.hasPayload);
}

/** What a block may carry and does not repeat from its ancestors. */
export function selectPayload(s: State, parentKey: string): Bundle[] {
  const most = { bytes: s.setup.config.maxBlockBytes, count: MAX_BUNDLES };
  return s.pool.select(most, s.tree.bundlesBelow(parentKey), s.round);
}

export function isWithinSize(s: State, bundles: readonly Bundle[]): boolean {
  return payloadBytes(bundles) <= s.setup.config.maxBlockBytes;
}

/** A bundle whose signature is good. What a proposal names is kept even where its origin's room in the pool is full. */
export function takeBundle(s: State, bundle: Bundle): void {
  if (!s.pool.add(bundle, s.ledger) && isNamed(s, bundle.key)) s.fetched.set(bundle.key, bundle);
}

export function isBundleWanted(s: State, bundle: Bundle): boolean {
  if (s.pool.has(bundle.key) || s.fetched.has(bundle.key)) return false;
  return !s.ledger.isDecided(bundle) || isNamed(s, bundle.key);
}

function isNamed(s: State, key: string): boolean {
  for (const { block } of s.proposals.values()) if (block.bundleKeys.includes(key)) return true;
  return false;
}

/** Asks for bundles that the current proposal names: its author first, then one member after another. */
export function wantMissing(s: State): void {
  const block = s.proposals.get(s.round)?.block;
  const isOpen = block !== undefined && !s.isSilent && s.safety.record.lastVotedRound < s.round;
  const missing = isOpen ? block.bundleIds.filter((_, i) => !isHeld(s, block.bundleKeys[i]!)) : [];
  if (block === undefined || missing.length === 0) {
    s.want = null;
    return;
  }
  // most often the origin's own message is still under way
  if (s.want?.key !== block.key) s.want = { key: block.key, attempt: 0, until: s.now + patience(s) };
  if (s.now < s.want.until) return;
  const peers = [block.author, ...s.setup.table.ids].filter((id) => id !== s.setup.self);
  const peer = peers[s.want.attempt % peers.length];
  s.want = { key: block.key, attempt: s.want.attempt + 1, until: s.now + 2 * patience(s) };
  if (peer !== undefined) s.fx.send(peer, encodeMessage({ t: 'want', ids: missing }, s.setup.table));
}

function isHeld(s: State, key: string): boolean {
  return s.pool.has(key) || s.fetched.has(key);
}

function patience(s: State): number {
  return Math.ceil(s.setup.base / 16);
}

/** What we hold of the bundles asked for. Only what we have verified: in certified blocks, ids vouch for all but signatures. */
export function heldBundles(s: State, ids: readonly Uint8Array[]): Bundle[] {
  return ids.flatMap((id) => s.pool.get(hashKey(id)) ?? s.fetched.get(hashKey(id)) ?? []);
}

/** Forgets what no recent proposal names. */
export function pruneFetched(s: State): void {
  for (const key of s.fetched.keys()) if (!isNamed(s, key)) s.fetched.delete(key);
}
