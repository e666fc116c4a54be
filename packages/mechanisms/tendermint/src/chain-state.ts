import type { Epoch, NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter, hashKey, type WeightTable } from '@hypersync/consensus-kit';
import { genesisId, type Block, type ChainRules, type Header } from './block.ts';
import { bytesSame } from './bytes-same.ts';
import { OFFENCES, readEvidence, type Offence } from './evidence.ts';
import { decodeMembers, encodeMembers, ProposerRotation, Proposers, ValidatorSet } from './validators.ts';

interface Parts {
  readonly height: number;
  readonly id: Uint8Array;
  readonly time: number;
  readonly validators: ValidatorSet;
  readonly nextValidators: ValidatorSet;
  readonly rotation: ProposerRotation;
  readonly verdicts: readonly Verdict[];
}

/** A member that a block holds evidence against: the first that did. */
export interface Verdict {
  readonly member: NodeId;
  readonly offence: Offence;
  readonly height: number;
}

const MAX_MEMBERS = 4096;
const MAX_MEMBER_BYTES = 1 << 20;

/**
 * What the decided chain says after a block: a function of the blocks alone, hence equal on all correct nodes. Immutable.
 * Whoever was proven guilty in a block loses its vote at the next boundary of a period, so that everybody, light clients
 * included, knows the next set one height ahead.
 */
export class ChainState {
  /** All members of the epoch; the sets of validators are drawn from it. */
  readonly members: WeightTable;
  readonly rules: ChainRules;
  /** Of the last decided block; 0 before the first. */
  readonly height: number;
  readonly id: Uint8Array;
  readonly key: string;
  readonly time: number;
  /** Who votes at `height + 1`, and at `height + 2`. */
  readonly validators: ValidatorSet;
  readonly nextValidators: ValidatorSet;
  /** Members with evidence against them in the chain, sorted. */
  readonly verdicts: readonly Verdict[];
  readonly #rotation: ProposerRotation;

  private constructor(members: WeightTable, rules: ChainRules, parts: Parts) {
    this.members = members;
    this.rules = rules;
    this.height = parts.height;
    this.id = parts.id;
    this.key = hashKey(parts.id);
    this.time = parts.time;
    this.validators = parts.validators;
    this.nextValidators = parts.nextValidators;
    this.verdicts = parts.verdicts;
    this.#rotation = parts.rotation;
  }

  static genesis(epoch: Epoch, members: WeightTable, rules: ChainRules): ChainState {
    const validators = new ValidatorSet(members.members);
    const rotation = new ProposerRotation();
    rotation.follow(members);
    const id = genesisId(epoch, members.members, rules);
    const parts = { height: 0, id, time: 0, validators, nextValidators: validators, rotation, verdicts: [] };
    return new ChainState(members, rules, parts);
  }

  get convicted(): readonly NodeId[] {
    return this.verdicts.map(({ member }) => member);
  }

  /** The paper's proposer(h, round) for the next height. */
  proposers(): Proposers {
    return new Proposers(this.#rotation, this.validators.table);
  }

  /** The header of a block on top of this one, but for what it holds. */
  place(time: number): Omit<Header, 'payloadHash' | 'evidenceHash'> {
    return {
      height: this.height + 1,
      parent: this.id,
      time,
      validatorsHash: this.validators.hash,
      nextValidatorsHash: this.nextValidators.hash,
    };
  }

  /** What no correct proposer gets wrong, as a sentence; null for a header that may follow. */
  headerProblem(header: Header): string | null {
    if (header.height !== this.height + 1) return `height ${header.height} does not follow ${this.height}`;
    if (!bytesSame(header.parent, this.id)) return 'another parent';
    if (header.time <= this.time) return 'time does not move on';
    if (!bytesSame(header.validatorsHash, this.validators.hash)) return 'other validators';
    if (!bytesSame(header.nextValidatorsHash, this.nextValidators.hash)) return 'other next validators';
    return null;
  }

  /** May this evidence be in the next block? Signatures are checked apart. */
  isNews(proof: Uint8Array): boolean {
    const read = readEvidence(proof);
    return read !== null && this.members.has(read.culprit) && !this.convicted.includes(read.culprit);
  }

  /** The paper's valid(v), but for signatures and the time of arrival. */
  blockProblem({ header, evidence }: Block): string | null {
    const problem = this.headerProblem(header);
    if (problem !== null) return problem;
    const culprits = evidence.map((proof) => (this.isNews(proof) ? readEvidence(proof)!.culprit : null));
    if (culprits.includes(null) || new Set(culprits).size < culprits.length)
      return 'evidence that is none, or not news';
    return null;
  }

  /** The state after a decided block that follows. */
  apply({ header, id, evidence }: Block): ChainState {
    const { height, time } = header;
    const verdicts = [...this.verdicts];
    for (const { culprit: member, kind: offence } of evidence.map(readEvidence).filter((read) => read !== null)) {
      if (!verdicts.some((known) => known.member === member)) verdicts.push({ member, offence, height });
    }
    verdicts.sort((a, b) => (a.member < b.member ? -1 : 1));
    const convicted = verdicts.map(({ member }) => member);
    const validators = this.nextValidators;
    const isBoundary = (height + 1) % this.rules.validatorPeriod === 0; // height + 2 begins a period
    const nextValidators = isBoundary ? this.#without(convicted, validators) : validators;
    const rotation = this.#rotation.clone();
    rotation.next(this.validators.table);
    if (validators !== this.validators) rotation.follow(validators.table);
    const parts = { height, id, time, validators, nextValidators, rotation, verdicts };
    return new ChainState(this.members, this.rules, parts);
  }

  /** With a third or more proven guilty nothing can be promised any more, and nobody is left to trust more than others. */
  #without(convicted: readonly NodeId[], current: ValidatorSet): ValidatorSet {
    const kept = this.members.members.filter(({ id }) => !convicted.includes(id));
    if (kept.length === current.table.size || this.isOverwhelmed(convicted)) return current;
    return new ValidatorSet(kept);
  }

  /** Is a third or more of the weight guilty? */
  isOverwhelmed(culprits: Iterable<NodeId> = this.convicted): boolean {
    return 3 * this.members.tally(culprits) >= this.members.total;
  }

  /** Canonical: part of what members sign when they compact. */
  encode(): Uint8Array {
    const writer = new ByteWriter(512).varint(this.height).raw(this.id).varint(this.time);
    writer.bytes(encodeMembers(this.validators.table.members)).bytes(encodeMembers(this.nextValidators.table.members));
    writer.list(this.#rotation.priorities, (w, [id, priority]) => {
      w.string(id)
        .bool(priority < 0)
        .varint(Math.abs(priority));
    });
    writer.list(this.verdicts, (w, { member, offence, height }) => {
      w.string(member).u8(OFFENCES.indexOf(offence)).varint(height);
    });
    return writer.finish();
  }

  /** The inverse, for the same members and rules; null for anything else. */
  decode(bytes: Uint8Array): ChainState | null {
    const reader = new ByteReader(bytes);
    const [height, id, time] = [reader.varint(), reader.raw(32), reader.varint()];
    const validators = decodeMembers(reader.bytes(MAX_MEMBER_BYTES));
    const nextValidators = decodeMembers(reader.bytes(MAX_MEMBER_BYTES));
    const priorities = reader.list(MAX_MEMBERS, (r) => {
      const [member, negative, size] = [r.string(64), r.bool(), r.varint()];
      return [member, negative ? -size : size] as const;
    });
    const verdicts = reader.list(MAX_MEMBERS, (r) => {
      const [member, offence, at] = [r.string(64), OFFENCES[r.u8()], r.varint()];
      if (offence === undefined) r.fail();
      return { member, offence: offence ?? 'double-vote', height: at };
    });
    if (!reader.done() || validators === null || nextValidators === null) return null;
    if (!validators.table.ids.every((member) => priorities.some(([known]) => known === member))) return null;
    const next = validators.key === nextValidators.key ? validators : nextValidators;
    const rotation = new ProposerRotation(new Map(priorities));
    return new ChainState(this.members, this.rules, {
      height,
      id,
      time,
      validators,
      nextValidators: next,
      rotation,
      verdicts,
    });
  }
}
