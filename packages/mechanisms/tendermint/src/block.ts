import type { Epoch, Member } from '@hypersync/interface';
import {
  ByteReader,
  ByteWriter,
  hashKey,
  hashList,
  readBundle,
  sha256,
  writeBundle,
  type Bundle,
  type BundleLimits,
} from '@hypersync/consensus-kit';

/** What the id of a block covers. */
export interface Header {
  readonly height: number;
  /** Id of the block before; the genesis id for height 1. */
  readonly parent: Uint8Array;
  /** Microseconds since 1970 where proposers know the time, else just larger than the parent's. */
  readonly time: number;
  /** Hashes of the sets that vote at this height and at the next. */
  readonly validatorsHash: Uint8Array;
  readonly nextValidatorsHash: Uint8Array;
  /** Over the ids of the bundles. */
  readonly payloadHash: Uint8Array;
  /** Over the pieces of evidence. */
  readonly evidenceHash: Uint8Array;
}

/** A block but for its operations, which it only names: what proposals carry, since everybody gets the bundles from their origins. */
export interface Outline {
  readonly header: Header;
  /** The paper's id(v). */
  readonly id: Uint8Array;
  readonly key: string;
  readonly bundleIds: readonly Uint8Array[];
  /** Proofs of misbehaviour, encoded: decided in the log, they cost votes at the next period. */
  readonly evidence: readonly Uint8Array[];
}

/** The value that a height decides. */
export interface Block extends Outline {
  readonly bundles: readonly Bundle[];
  /** Encoded, bytes. */
  readonly size: number;
}

const PAYLOAD_TAG = 0x50;
const EVIDENCE_TAG = 0x45;
/** Bundles in a block; each holds up to `MAX_OPERATIONS`. */
export const MAX_BUNDLES = 1024;
export const MAX_EVIDENCE = 16;
export const MAX_EVIDENCE_BYTES = 65_536;
export const MAX_HEADER = 256;

type Place = Pick<Header, 'height' | 'parent' | 'time' | 'validatorsHash' | 'nextValidatorsHash'>;

export function makeOutline(place: Place, bundleIds: readonly Uint8Array[], evidence: readonly Uint8Array[]): Outline {
  const header: Header = {
    ...place,
    payloadHash: payloadHash(bundleIds),
    evidenceHash: hashList(EVIDENCE_TAG, evidence.map(sha256)),
  };
  const id = sha256(encodeHeader(header));
  return { header, id, key: hashKey(id), bundleIds, evidence };
}

export function makeBlock(place: Place, bundles: readonly Bundle[], evidence: readonly Uint8Array[]): Block {
  const ids = bundles.map(({ id }) => id);
  return withBundles(makeOutline(place, ids, evidence), bundles);
}

function withBundles(outline: Outline, bundles: readonly Bundle[]): Block {
  const size =
    bundles.reduce((sum, bundle) => sum + bundle.size, MAX_HEADER) +
    outline.evidence.reduce((sum, proof) => sum + proof.length + 4, 8);
  return { ...outline, bundles, size };
}

/** The block of an outline; null while one of its bundles is not known. */
export function fillIn(outline: Outline, find: (key: string) => Bundle | undefined): Block | null {
  const bundles = outline.bundleIds.map((id) => find(hashKey(id)));
  return bundles.includes(undefined) ? null : withBundles(outline, bundles as Bundle[]);
}

export function payloadHash(bundleIds: readonly Uint8Array[]): Uint8Array {
  return hashList(PAYLOAD_TAG, bundleIds);
}

function writePlace(writer: ByteWriter, header: Place): void {
  const { height, parent, time, validatorsHash, nextValidatorsHash } = header;
  writer.varint(height).raw(parent).varint(time).raw(validatorsHash).raw(nextValidatorsHash);
}

function readPlace(reader: ByteReader): Place {
  const height = reader.varint();
  if (height < 1) reader.fail();
  const parent = reader.raw(32);
  const time = reader.varint();
  return { height, parent, time, validatorsHash: reader.raw(32), nextValidatorsHash: reader.raw(32) };
}

export function encodeHeader(header: Header): Uint8Array {
  const writer = new ByteWriter(200);
  writePlace(writer, header);
  return writer.raw(header.payloadHash).raw(header.evidenceHash).finish();
}

/** Null for anything but one header. */
export function decodeHeader(bytes: Uint8Array): Header | null {
  const reader = new ByteReader(bytes);
  const header = { ...readPlace(reader), payloadHash: reader.raw(32), evidenceHash: reader.raw(32) };
  return reader.done() ? header : null;
}

export function writeBlock(writer: ByteWriter, block: Block): void {
  writePlace(writer, block.header);
  writer.list(block.bundles, writeBundle).list(block.evidence, (w, proof) => void w.bytes(proof));
}

export function writeOutline(writer: ByteWriter, { header, bundleIds, evidence }: Outline): void {
  writePlace(writer, header);
  writer.list(bundleIds, (w, id) => void w.raw(id)).list(evidence, (w, proof) => void w.bytes(proof));
}

/** Bounded; hashes are computed, never taken from the wire. */
export function readOutline(reader: ByteReader): Outline {
  const place = readPlace(reader);
  const bundleIds = reader.list(MAX_BUNDLES, (r) => r.raw(32));
  const evidence = reader.list(MAX_EVIDENCE, (r) => r.bytes(MAX_EVIDENCE_BYTES));
  return reader.ok ? makeOutline(place, bundleIds, evidence) : NOTHING;
}

/** Likewise. */
export function readBlock(reader: ByteReader, limits: BundleLimits): Block {
  const place = readPlace(reader);
  const bundles = reader.list(MAX_BUNDLES, (r) => readBundle(r, limits));
  const evidence = reader.list(MAX_EVIDENCE, (r) => r.bytes(MAX_EVIDENCE_BYTES));
  return reader.ok ? makeBlock(place, bundles, evidence) : NOTHING;
}

/** What a reader that has failed returns: nobody looks at it. */
const BLANK = new Uint8Array(32);
const NOTHING = makeBlock(
  { height: 1, parent: BLANK, time: 0, validatorsHash: BLANK, nextValidatorsHash: BLANK },
  [],
  [],
);

/** Rules that every node of a chain must share: part of what the genesis id binds. */
export interface ChainRules {
  /** A validator proven guilty loses its vote at the next height that is one more than a multiple of this. */
  readonly validatorPeriod: number;
  readonly stopEndorsement: 'one' | 'third';
}

/** The parent of height 1: it binds the chain to this epoch, to exactly these members and to these rules. */
export function genesisId(epoch: Epoch, members: readonly Member[], rules: ChainRules): Uint8Array {
  const writer = new ByteWriter(256).string('tendermint-genesis').varint(epoch);
  writer.list(members, (w, { id, weight }) => void w.string(id).varint(weight));
  writer.varint(rules.validatorPeriod).string(rules.stopEndorsement);
  return sha256(writer.finish());
}
