/**
 * @file Light client (CometBFT, "Light client specification"): follows the chain by headers and commits alone, with skipping
 * and bisection. Pure: blocks and signature checks come in by parameter, nothing is fetched and no clock is read here.
 */
import type { Epoch, Member, Micros, Misbehaviour, NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter, hashKey, sha256, WeightTable, type Signed } from '@hypersync/consensus-kit';
import { decodeHeader, encodeHeader, genesisId, MAX_HEADER, type ChainRules, type Header } from './block.ts';
import { bytesSame } from './bytes-same.ts';
import { contradiction, lunacy } from './evidence.ts';
import type { Decided } from './messages.ts';
import { decodeMembers, encodeMembers, ValidatorSet } from './validators.ts';
import { certificateStatements, readCertificate, signersOf, writeCertificate, type Certificate } from './vote.ts';

/** A decided header, its commit, and who votes at its height. */
export interface LightBlock {
  readonly header: Header;
  readonly commit: Certificate;
  readonly validators: readonly Member[];
}

/** The chain that is followed: what its genesis binds. */
export interface ChainIdentity {
  readonly epoch: Epoch;
  /** All members of the epoch. */
  readonly members: readonly Member[];
  readonly rules: ChainRules;
}

/** Checks one signature; `message` is the whole of what was signed. */
export type SignatureCheck = (signer: NodeId, message: Uint8Array, signature: Uint8Array) => boolean;

export interface LightClientOptions {
  readonly chain: ChainIdentity;
  readonly verify: SignatureCheck;
  /** A header is skipped to when more than this share of a trusted set signed it. From 1/3 to below 1; default 1/3. */
  readonly trustLevel?: { readonly numerator: number; readonly denominator: number };
  /** A header is trusted for so long: while its signers could still be held to account. Default: for ever. */
  readonly trustingPeriod?: Micros;
  /** Where to start: a header that was obtained safely. Default: the genesis. */
  readonly trusted?: LightBlock;
}

/** `not-enough-trust`: too few of those that are trusted have signed; headers between are needed. */
export type LightVerdict = 'trusted' | 'not-enough-trust' | { readonly refused: string };

const MAX_MEMBER_BYTES = 1 << 20;

interface Anchor {
  readonly height: number;
  readonly id: Uint8Array;
  readonly time: number;
  readonly validators: ValidatorSet;
  readonly nextHash: Uint8Array;
}

/**
 * Brings trust from one header to another. Ask `wanted` which height is needed next, `offer` that block, until the target
 * is trusted. Sound while less than a third of each trusted set is faulty for the trusting period.
 */
export class LightClient {
  readonly #options: LightClientOptions;
  readonly #table: WeightTable;
  readonly #prefix: string;
  readonly #blocks = new Map<number, LightBlock>();
  #anchor: Anchor;
  /** Heights still to be trusted, the nearest last; each with its block once it was offered. */
  #targets: { readonly height: number; block: LightBlock | null }[] = [];

  /** Throws RangeError where the options make no sense: a trust level below a third, a header without its validators. */
  constructor(options: LightClientOptions) {
    const { numerator, denominator } = options.trustLevel ?? { numerator: 1, denominator: 3 };
    const sane = [numerator, denominator].every((n) => Number.isInteger(n) && n > 0 && n < 8192);
    if (!sane || 3 * numerator < denominator || numerator >= denominator)
      throw new RangeError('trust level: 1/3 to below 1');
    this.#options = options;
    const { epoch, members, rules } = options.chain;
    this.#table = new WeightTable(members);
    const genesis = genesisId(epoch, this.#table.members, rules);
    this.#prefix = `tendermint/1/${hashKey(genesis).slice(0, 32)}`;
    const validators = new ValidatorSet(members);
    this.#anchor = { height: 0, id: genesis, time: 0, validators, nextHash: validators.hash };
    if (options.trusted === undefined) return;
    const problem = shapeProblem(options.trusted);
    if (problem !== null) throw new RangeError(`trusted header: ${problem}`);
    this.#settle(options.trusted);
  }

  /** The height trusted last. */
  get height(): number {
    return this.#anchor.height;
  }

  /** A trusted header; undefined where it was skipped. */
  trusted(height: number): LightBlock | undefined {
    return this.#blocks.get(height);
  }

  /** Sets out for a height above the trusted one. */
  aim(height: number): void {
    this.#targets = height > this.#anchor.height ? [{ height, block: null }] : [];
  }

  /** The height whose block is needed next; null when the target is trusted. */
  wanted(): number | null {
    return this.#targets.at(-1)?.height ?? null;
  }

  /** The block of the height wanted. `now`, microseconds since 1970, bounds trust in time where a period was set. */
  offer(block: LightBlock, now: Micros = 0): LightVerdict {
    const target = this.#targets.at(-1);
    if (target === undefined || block.header.height !== target.height) return { refused: 'another height was wanted' };
    target.block = block;
    for (let next = this.#targets.at(-1); next?.block; next = this.#targets.at(-1)) {
      const verdict = this.check(next.block, now);
      if (verdict === 'trusted') {
        this.#settle(next.block);
        this.#targets.pop();
      } else if (verdict === 'not-enough-trust') {
        this.#targets.push({ height: Math.floor((this.#anchor.height + next.height) / 2), block: null });
        return verdict;
      } else {
        this.#targets = [];
        return verdict;
      }
    }
    return 'trusted';
  }

  #settle(block: LightBlock): void {
    const { header, validators } = block;
    const id = sha256(encodeHeader(header));
    const set = new ValidatorSet(validators);
    this.#blocks.set(header.height, block);
    this.#anchor = {
      height: header.height,
      id,
      time: header.time,
      validators: set,
      nextHash: header.nextValidatorsHash,
    };
  }

  /** Does trust reach from the last trusted header to this one? Changes nothing. */
  check(block: LightBlock, now: Micros = 0): LightVerdict {
    const anchor = this.#anchor;
    const { header, commit } = block;
    const problem = shapeProblem(block) ?? this.#orderProblem(header, now);
    if (problem !== null) return { refused: problem };
    const validators = new ValidatorSet(block.validators);
    const signers = signersOf(commit);
    if (!validators.table.hasByzantineQuorum(signers)) return { refused: 'not signed by more than two thirds' };
    if (header.height === anchor.height + 1) {
      if (!bytesSame(header.parent, anchor.id)) return { refused: 'another parent' };
      if (!bytesSame(header.validatorsHash, anchor.nextHash)) return { refused: 'other validators than announced' };
    } else {
      const { numerator, denominator } = this.#options.trustLevel ?? { numerator: 1, denominator: 3 };
      const { table } = anchor.validators;
      if (!table.exceeds(table.tally(signers), numerator, denominator)) return 'not-enough-trust';
    }
    return certificateStatements(commit).every((statement) => this.#isSigned(statement))
      ? 'trusted'
      : { refused: 'a signature does not hold' };
  }

  #orderProblem(header: Header, now: Micros): string | null {
    const { height, time } = this.#anchor;
    if (header.height <= height) return `height ${header.height} is not above ${height}`;
    if (header.time <= time) return 'time does not move on';
    const { trustingPeriod } = this.#options;
    const expired = trustingPeriod !== undefined && height > 0 && now > time + trustingPeriod;
    return expired ? 'the trusted header is older than the trusting period' : null;
  }

  /** As the authenticator of the replicas signs: domain, epoch, payload. */
  #isSigned({ signer, payload, signature }: Signed): boolean {
    const message = new ByteWriter(payload.length + 64)
      .string(this.#prefix)
      .varint(this.#options.chain.epoch)
      .bytes(payload)
      .finish();
    return this.#table.has(signer) && this.#options.verify(signer, message, signature);
  }
}

function shapeProblem({ header, commit, validators }: LightBlock): string | null {
  const set = decodeMembers(encodeMembers(validators));
  if (set === null || !bytesSame(set.hash, header.validatorsHash)) return 'these are not its validators';
  const fits = commit.type === 'precommit' && commit.height === header.height;
  return fits && commit.key === hashKey(sha256(encodeHeader(header))) ? null : 'the commit is for something else';
}

/**
 * Two commits of one height for different blocks, from a primary and a witness: who is proven guilty by them, and who else
 * signed the second (in another round, which needs the prevotes that full nodes keep: send them both blocks). `parent`
 * is the trusted header before, where known: whoever signed a header that contradicts its own parent is a lunatic.
 * The signatures must have been checked.
 */
export function divergence(
  ours: LightBlock,
  theirs: LightBlock,
  parent: LightBlock | null = null,
): { readonly proven: readonly Misbehaviour[]; readonly suspects: readonly NodeId[] } {
  if (ours.header.height !== theirs.header.height || ours.commit.key === theirs.commit.key)
    return { proven: [], suspects: [] };
  const before = new Map(certificateStatements(ours.commit).map((statement) => [statement.signer, statement]));
  const parentHeader = parent === null ? null : encodeHeader(parent.header);
  const proven = certificateStatements(theirs.commit).flatMap((statement) => {
    const first = before.get(statement.signer);
    const double = first === undefined ? null : contradiction(statement.signer, first, statement);
    return double ?? lunacy(statement.signer, statement, encodeHeader(theirs.header), parentHeader) ?? [];
  });
  const guilty = new Set(proven.map(({ culprit }) => culprit));
  return { proven, suspects: signersOf(theirs.commit).filter((signer) => !guilty.has(signer)) };
}

export function lightBlockOf({ block, commit }: Decided, validators: readonly Member[]): LightBlock {
  return { header: block.header, commit, validators };
}

/** `members` are all members of the epoch. */
export function encodeLightBlock({ header, commit, validators }: LightBlock, members: readonly Member[]): Uint8Array {
  const writer = new ByteWriter(1024).bytes(encodeHeader(header));
  writeCertificate(writer, commit, new WeightTable(members));
  return writer.bytes(encodeMembers(validators)).finish();
}

/** Null for anything but one light block; nothing about it is checked yet. */
export function decodeLightBlock(bytes: Uint8Array, members: readonly Member[]): LightBlock | null {
  const reader = new ByteReader(bytes);
  const header = decodeHeader(reader.bytes(MAX_HEADER));
  const commit = readCertificate(reader, new WeightTable(members));
  const validators = decodeMembers(reader.bytes(MAX_MEMBER_BYTES));
  if (!reader.done() || header === null || validators === null) return null;
  return { header, commit, validators: validators.table.members };
}
