import type { Prng, StateWriter } from '@hypersync/consensus-kit';
import type { Micros } from '@hypersync/interface';

export interface MeshLimits {
  readonly degree: number;
  readonly low: number;
  readonly high: number;
  readonly backoff: Micros;
}

/** What the mesh has to know of others. */
export interface Standing {
  /** Alive, as far as is known here. */
  readonly isAlive: (member: number) => boolean;
  readonly score: (member: number) => number;
}

export interface Change {
  readonly grafted: readonly number[];
  readonly pruned: readonly number[];
}

/** Of the links that stay when there are too many, as many are the best by score; the others are drawn. */
const KEPT_BY_SCORE = 4;

/**
 * The links along which rumours are pushed at once: the mesh of GossipSub v1.1 (Vyzovitis et al. 2020). Both ends keep
 * their number of links between `low` and `high`; a link that one end takes down stays down for the back-off time.
 */
export class Mesh {
  readonly #peers: readonly number[];
  readonly #limits: MeshLimits;
  #links: readonly number[] = [];
  #backoff = new Map<number, Micros>();

  constructor(peers: readonly number[], limits: MeshLimits) {
    this.#peers = peers;
    this.#limits = limits;
  }

  /** Ascending. */
  get links(): readonly number[] {
    return this.#links;
  }

  has(member: number): boolean {
    return this.#links.includes(member);
  }

  /** A peer wants this link. False: refuse it. */
  grafted(now: Micros, peer: number, standing: Standing): boolean {
    if (this.has(peer)) return true;
    if (this.isBackingOff(now, peer) || standing.score(peer) < 0 || this.#links.length >= this.#limits.high) {
      this.#backOff(now, peer, this.#limits.backoff);
      return false;
    }
    this.#add([peer]);
    return true;
  }

  /** A peer has taken this link down and does not want it back before `backoff` has passed. */
  pruned(now: Micros, peer: number, backoff: Micros): void {
    this.#remove([peer]);
    this.#backOff(now, peer, Math.min(backoff, this.#limits.backoff));
  }

  isBackingOff(now: Micros, peer: number): boolean {
    return now < (this.#backoff.get(peer) ?? 0);
  }

  #backOff(now: Micros, peer: number, backoff: Micros): void {
    this.#backoff.set(peer, Math.max(this.#backoff.get(peer) ?? 0, now + backoff));
  }

  /** Once per heartbeat: lets go of the dead and the bad, and brings the number of links back between the limits. */
  maintain(now: Micros, standing: Standing, prng: Prng): Change {
    for (const [peer, until] of this.#backoff) if (now >= until) this.#backoff.delete(peer);
    this.#remove(this.#links.filter((peer) => !standing.isAlive(peer)));
    const pruned = this.#links.filter((peer) => standing.score(peer) < 0);
    const { degree, low, high } = this.#limits;
    const good = this.#links.filter((peer) => standing.score(peer) >= 0);
    if (good.length > high) {
      const best = prng.shuffle(good).sort((a, b) => standing.score(b) - standing.score(a));
      const kept = Math.min(KEPT_BY_SCORE, degree);
      pruned.push(...prng.shuffle(best.slice(kept)).slice(degree - kept));
    }
    this.#remove(pruned);
    for (const peer of pruned) this.#backOff(now, peer, this.#limits.backoff);
    if (this.#links.length >= low) return { grafted: [], pruned };
    const usable = this.#peers.filter(
      (peer) => standing.isAlive(peer) && standing.score(peer) >= 0 && !this.has(peer) && !this.isBackingOff(now, peer),
    );
    const grafted = prng.sample(usable, degree - this.#links.length);
    this.#add(grafted);
    return { grafted, pruned };
  }

  #add(peers: readonly number[]): void {
    this.#links = [...this.#links, ...peers].sort((a, b) => a - b);
  }

  #remove(peers: readonly number[]): void {
    if (peers.length > 0) this.#links = this.#links.filter((link) => !peers.includes(link));
  }

  clone(): Mesh {
    const copy = new Mesh(this.#peers, this.#limits);
    copy.#links = this.#links;
    copy.#backoff = new Map(this.#backoff);
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#links, this.#backoff]);
  }
}
