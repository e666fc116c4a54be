import type { NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter, hashKey, type Signed, type WeightTable } from '@hypersync/consensus-kit';

/** What is signed: one place in the protocol and what the signer says of it. Domain and epoch are added when signing. */
export type Statement =
  | {
      readonly t: 'PRE-PREPARE' | 'PREPARE' | 'COMMIT';
      readonly view: number;
      readonly number: number;
      readonly digest: Uint8Array;
    }
  | { readonly t: 'CHECKPOINT'; readonly number: number; readonly digest: Uint8Array }
  /**
   * "I leave for `view`; my checkpoint is `number`, and this is all that I have prepared above it." P is part of what is
   * signed, so that one who has committed something and does not own up to it can be convicted. `digest` covers the rest.
   */
  | {
      readonly t: 'VIEW-CHANGE';
      readonly view: number;
      readonly number: number;
      readonly digest: Uint8Array;
      readonly prepared: readonly Claim[];
    }
  | { readonly t: 'NEW-VIEW'; readonly view: number; readonly digest: Uint8Array };

/** "At this number I have (pre-)prepared this digest, last in this view." */
export interface Claim {
  readonly number: number;
  readonly view: number;
  readonly digest: Uint8Array;
  readonly key: string;
}

/** The most that any configuration allows. */
const MAX_CLAIMS = 8192;

export type Phase = 'PRE-PREPARE' | 'PREPARE' | 'COMMIT';

const TAGS = ['PRE-PREPARE', 'PREPARE', 'COMMIT', 'CHECKPOINT', 'VIEW-CHANGE', 'NEW-VIEW'] as const;
export const MAX_SIGNATURE = 8192;
/** A tag, two numbers, a digest: every statement but VIEW-CHANGE. */
export const MAX_STATEMENT = 64;
/** What a claim takes, at most. */
export const CLAIM_BYTES = 48;

export function encodeStatement(statement: Statement): Uint8Array {
  const writer = new ByteWriter(MAX_STATEMENT).u8(TAGS.indexOf(statement.t) + 1);
  if (statement.t !== 'CHECKPOINT') writer.varint(statement.view);
  if ('number' in statement) writer.varint(statement.number);
  writer.raw(statement.digest);
  if (statement.t === 'VIEW-CHANGE') writer.list(statement.prepared, writeClaim);
  return writer.finish();
}

export function writeClaim(writer: ByteWriter, { number, view, digest }: Claim): void {
  writer.varint(number).varint(view).raw(digest);
}

export function readClaim(reader: ByteReader): Claim {
  const [number, view, digest] = [reader.varint(), reader.varint(), reader.raw(32)];
  return { number, view, digest, key: hashKey(digest) };
}

/** The inverse; null for any other payload. */
export function readStatement(payload: Uint8Array): Statement | null {
  const reader = new ByteReader(payload);
  const t = TAGS[reader.u8() - 1];
  if (t === undefined) return null;
  const statement = readBody(reader, t);
  return reader.done() ? statement : null;
}

function readBody(reader: ByteReader, t: (typeof TAGS)[number]): Statement {
  if (t === 'CHECKPOINT') return { t, number: reader.varint(), digest: reader.raw(32) };
  const view = reader.varint();
  if (t === 'NEW-VIEW') return { t, view, digest: reader.raw(32) };
  const place = { view, number: reader.varint(), digest: reader.raw(32) };
  if (t === 'VIEW-CHANGE') return { t, ...place, prepared: reader.list(MAX_CLAIMS, readClaim) };
  return { t, ...place };
}

export interface SignedBy {
  readonly signer: NodeId;
  readonly signature: Uint8Array;
}

/** One statement under which members with more than two thirds of the weight have put their names. */
export interface Certificate<S extends Statement = Statement> {
  readonly statement: S;
  readonly key: string;
  readonly signatures: readonly SignedBy[];
}

export type Commit = Extract<Statement, { t: Phase }>;

export type Checkpoint = Extract<Statement, { t: 'CHECKPOINT' }>;
/** Proof that a checkpoint is stable. Number 0 needs none: all members start there. */
export type StableCheckpoint = Certificate<Checkpoint>;

export function makeCertificate<S extends Statement>(
  statement: S,
  signatures: ReadonlyMap<NodeId, Uint8Array>,
): Certificate<S> {
  const sorted = [...signatures].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    statement,
    key: hashKey(statement.digest),
    signatures: sorted.map(([signer, signature]) => ({ signer, signature })),
  };
}

export function certificateStatements({ statement, signatures }: Certificate): Signed[] {
  const payload = encodeStatement(statement);
  return signatures.map(({ signer, signature }) => ({ signer, payload, signature }));
}

/** Signers by their place in the member list, strictly rising, so that nobody counts twice. */
export function writeCertificate(writer: ByteWriter, certificate: Certificate, table: WeightTable): void {
  writer.bytes(encodeStatement(certificate.statement));
  writer.list(certificate.signatures, (w, { signer, signature }) => {
    w.varint(table.ids.indexOf(signer)).bytes(signature);
  });
}

/** Refuses unknown or repeated signers and too little weight; the signatures themselves are not checked here. */
export function readCertificate<T extends Statement['t']>(
  reader: ByteReader,
  t: T,
  table: WeightTable,
): Certificate<Extract<Statement, { t: T }>> {
  const statement = readStatement(reader.bytes(MAX_STATEMENT));
  let last = -1;
  const signatures = new Map<NodeId, Uint8Array>();
  reader.list(table.size, (r) => {
    const place = r.varint();
    const signer = table.ids[place];
    if (signer === undefined || place <= last) return r.fail();
    last = place;
    signatures.set(signer, r.bytes(MAX_SIGNATURE));
  });
  const start = statement?.t === 'CHECKPOINT' && statement.number === 0 && signatures.size === 0;
  if (statement?.t !== t || !(start || table.hasByzantineQuorum(signatures.keys()))) reader.fail();
  const none = { t, view: 0, number: 0, digest: new Uint8Array(32) } as Statement;
  return makeCertificate((reader.ok ? statement! : none) as Extract<Statement, { t: T }>, signatures);
}
