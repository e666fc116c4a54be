import type { ByteReader, ByteWriter, StateWriter } from '@hypersync/consensus-kit';
import type { Micros } from '@hypersync/interface';

/** Worst last; `left` is what only a member itself says, when it goes on purpose. */
export const HEALTH = ['alive', 'suspect', 'dead', 'left'] as const;
export type Health = (typeof HEALTH)[number];

/** What one member says of another. Only a member itself raises its incarnation. */
export interface Claim {
  readonly member: number;
  readonly health: Health;
  readonly incarnation: number;
  /** Who found it suspect or dead; the member itself where it says that it is alive. */
  readonly accuser: number;
}

interface Entry {
  readonly health: Health;
  readonly incarnation: number;
  /** While suspect: since when, and by whom independently. */
  readonly since: Micros;
  readonly accusers: readonly number[];
}

/** Time that a suspect has, with no confirmation and with all that are counted. */
export interface SuspicionTimes {
  readonly longest: Micros;
  readonly shortest: Micros;
}

/**
 * Share of the way from longest to shortest after c of k confirmations, in thousandths: log(c + 1) / log(k + 1), Lifeguard
 * (Dadgar, Phillips, Currey 2018), section IV.B. A table, since logarithms are not the same on every engine.
 */
const SHARE = [[1000], [0, 1000], [0, 631, 1000], [0, 500, 792, 1000]] as const;

/**
 * Who is alive, as far as this member knows: SWIM (Das, Gupta, Motivala 2002) with incarnation numbers, suspicion and
 * refutation, and Lifeguard's suspicion times that shrink as others confirm. The list of members is fixed in an epoch, so
 * the dead stay in it and may come back, but only by a higher incarnation of their own.
 */
export class SwimView {
  readonly #self: number;
  readonly #times: SuspicionTimes;
  readonly #confirmations: number;
  #entries: Entry[];
  #version = 0;
  #suspects = 0;

  constructor(self: number, members: number, times: SuspicionTimes) {
    this.#self = self;
    this.#times = times;
    this.#confirmations = Math.max(0, Math.min(SHARE.length - 1, members - 2));
    const fresh: Entry = { health: 'alive', incarnation: 0, since: 0, accusers: [] };
    this.#entries = Array.from({ length: members }, () => fresh);
  }

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  #set(member: number, entry: Entry): void {
    this.#suspects += Number(entry.health === 'suspect') - Number(this.healthOf(member) === 'suspect');
    this.#entries[member] = entry;
    this.#version++;
  }

  healthOf(member: number): Health {
    return this.#entries[member]!.health;
  }

  incarnationOf(member: number): number {
    return this.#entries[member]!.incarnation;
  }

  /** Who suspects it, each by evidence of its own, the first first; or who has declared it dead. */
  accusersOf(member: number): readonly number[] {
    return this.#entries[member]!.accusers;
  }

  get ownIncarnation(): number {
    return this.#entries[this.#self]!.incarnation;
  }

  /** A new life of this member: nothing that was said of an earlier one counts any more. */
  rise(incarnation: number): void {
    this.#set(this.#self, { health: 'alive', incarnation, since: 0, accusers: [] });
  }

  /** This member goes on purpose: nobody has to suspect it, and nothing said of it later counts any more. */
  leave(): void {
    this.#set(this.#self, { health: 'left', incarnation: this.ownIncarnation, since: 0, accusers: [] });
  }

  claimOf(member: number): Claim {
    const { health, incarnation, accusers } = this.#entries[member]!;
    return { member, health, incarnation, accuser: accusers[0] ?? member };
  }

  /** Everything that is not as it was at the beginning, for push-pull. */
  get claims(): readonly Claim[] {
    const claims: Claim[] = [];
    for (const [member, { health, incarnation }] of this.#entries.entries()) {
      if (health !== 'alive' || incarnation > 0) claims.push(this.claimOf(member));
    }
    return claims;
  }

  /**
   * Takes a claim in. True when it is news, to be passed on. A claim against this member itself is answered by a higher
   * incarnation, which is then the news (`ownIncarnation` has changed).
   */
  hear(now: Micros, claim: Claim): boolean {
    if (claim.member === this.#self) return this.#refute(claim);
    if (claim.health === 'left' && claim.accuser !== claim.member) return false; // nobody leaves for another
    const entry = this.#entries[claim.member]!;
    if (!overrides(claim, entry)) return this.#confirm(claim, entry);
    const accusers = claim.health === 'alive' || claim.health === 'left' ? [] : [claim.accuser];
    this.#set(claim.member, { health: claim.health, incarnation: claim.incarnation, since: now, accusers });
    return true;
  }

  #refute({ health, incarnation }: Claim): boolean {
    const own = this.ownIncarnation;
    if (this.healthOf(this.#self) === 'left') return false;
    // An alive claim above our own comes from a life whose end this member does not remember.
    if (health === 'alive' ? incarnation <= own : incarnation < own) return false;
    this.rise(incarnation + 1);
    return true;
  }

  /** The same suspicion from somebody else: the suspect gets less time. */
  #confirm(claim: Claim, entry: Entry): boolean {
    const same = claim.health === 'suspect' && entry.health === 'suspect' && claim.incarnation === entry.incarnation;
    if (!same || entry.accusers.includes(claim.accuser) || entry.accusers.length > this.#confirmations) return false;
    this.#set(claim.member, { ...entry, accusers: [...entry.accusers, claim.accuser] });
    return true;
  }

  /** Suspects whose time is up are dead; returns them. */
  expire(now: Micros): readonly number[] {
    const dead: number[] = [];
    if (this.#suspects === 0) return dead;
    for (const [member, entry] of this.#entries.entries()) {
      if (entry.health !== 'suspect' || now < this.#deadlineOf(entry)) continue;
      this.#set(member, { ...entry, health: 'dead', since: now, accusers: [this.#self] });
      dead.push(member);
    }
    return dead;
  }

  #deadlineOf(entry: Entry): Micros {
    const { longest, shortest } = this.#times;
    const share = SHARE[this.#confirmations]![Math.min(entry.accusers.length - 1, this.#confirmations)]!;
    return entry.since + longest - Math.floor(((longest - shortest) * share) / 1000);
  }

  get deadline(): Micros {
    let next = Number.POSITIVE_INFINITY;
    if (this.#suspects === 0) return next;
    for (const entry of this.#entries) if (entry.health === 'suspect') next = Math.min(next, this.#deadlineOf(entry));
    return next;
  }

  count(health: Health): number {
    return this.#entries.filter((entry) => entry.health === health).length;
  }

  clone(): SwimView {
    const copy = new SwimView(this.#self, this.#entries.length, this.#times);
    copy.#entries = [...this.#entries];
    copy.#suspects = this.#suspects;
    return copy;
  }

  writeTo(state: StateWriter): void {
    for (const { health, incarnation, since, accusers } of this.#entries) {
      state.data([health, incarnation, since, accusers]);
    }
  }
}

/** SWIM, section 4.2: a higher incarnation wins; within one, worse news wins. */
function overrides(claim: Claim, entry: Entry): boolean {
  if (claim.incarnation !== entry.incarnation) return claim.incarnation > entry.incarnation;
  return HEALTH.indexOf(claim.health) > HEALTH.indexOf(entry.health);
}

export function writeClaim(writer: ByteWriter, claim: Claim): void {
  writer.varint(claim.member).u8(HEALTH.indexOf(claim.health)).varint(claim.incarnation).varint(claim.accuser);
}

export function readClaim(reader: ByteReader, members: number): Claim {
  const member = reader.varint(members - 1);
  const health = HEALTH[reader.u8()];
  if (health === undefined) reader.fail();
  // Room for a refutation on top of any claim.
  const incarnation = reader.varint(Number.MAX_SAFE_INTEGER - 1);
  return { member, health: health ?? 'alive', incarnation, accuser: reader.varint(members - 1) };
}

/** Upper bound of a claim's encoded size. */
export const CLAIM_BYTES = 16;
