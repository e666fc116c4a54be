import type { NodeId } from '@hypersync/interface';
import { ByteWriter, hashList, sha256, type ByteReader, type Signed, type WeightTable } from '@hypersync/consensus-kit';
import { NULL_DIGEST } from './batch.ts';
import {
  certificateStatements,
  encodeStatement,
  MAX_SIGNATURE,
  readCertificate,
  readClaim,
  writeCertificate,
  writeClaim,
  type Claim,
  type StableCheckpoint,
} from './statements.ts';

/**
 * VIEW-CHANGE of TOCS 2002, section 4.5: the sets P and Q hold claims, not proofs. Claims are believed where enough
 * members make the same one, so that prepares and commits need not be transferable. The message itself is signed.
 */
export interface ViewChange {
  readonly sender: NodeId;
  /** The view that the sender wants to enter. */
  readonly view: number;
  readonly stable: StableCheckpoint;
  /** P: by number, rising; the request last prepared there. */
  readonly prepared: readonly Claim[];
  /** Q: by number, rising; every digest pre-prepared there with the last view of it. */
  readonly prePrepared: readonly Claim[];
  /** What is signed: covers everything above. */
  readonly payload: Uint8Array;
  /** Of the payload. */
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
}

export interface NewView {
  readonly view: number;
  /** V: of different senders, more than two thirds of the weight. What follows from them is computed, never sent. */
  readonly changes: readonly ViewChange[];
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
}

/** Different digests that a replica ever pre-prepares at one number before it is stable; more are refused, which bounds Q. */
export const MAX_DIGESTS_PER_NUMBER = 8;
const NEW_VIEW_TAG = 0x4e;

export function makeViewChange(
  fields: Pick<ViewChange, 'sender' | 'view' | 'stable' | 'prepared' | 'prePrepared'>,
  signature: Uint8Array = new Uint8Array(0),
): ViewChange {
  const { sender, view, stable, prepared, prePrepared } = fields;
  const { number } = stable.statement;
  const rest = new ByteWriter(1024).string(sender).raw(stable.statement.digest).list(prePrepared, writeClaim);
  const payload = encodeStatement({ t: 'VIEW-CHANGE', view, number, digest: sha256(rest.finish()), prepared });
  return { ...fields, payload, digest: sha256(payload), signature };
}

export function makeNewView(
  view: number,
  changes: readonly ViewChange[],
  signature: Uint8Array = new Uint8Array(0),
): NewView {
  const digest = hashList(
    NEW_VIEW_TAG,
    changes.map((change) => change.digest),
  );
  return { view, changes, digest, signature };
}

export function writeViewChange(writer: ByteWriter, change: ViewChange, table: WeightTable): void {
  writer.string(change.sender).varint(change.view);
  writeCertificate(writer, change.stable, table);
  writer.list(change.prepared, writeClaim).list(change.prePrepared, writeClaim).bytes(change.signature);
}

/** Bounded; refuses claims outside the sender's watermarks, of views not below the one wanted, or out of order. */
export function readViewChange(reader: ByteReader, table: WeightTable, window: number): ViewChange {
  const [sender, view] = [reader.string(64), reader.varint()];
  const stable = readCertificate(reader, 'CHECKPOINT', table);
  const prepared = reader.list(window, readClaim);
  const prePrepared = reader.list(window * MAX_DIGESTS_PER_NUMBER, readClaim);
  const signature = reader.bytes(MAX_SIGNATURE);
  const low = stable.statement.number;
  const bounded = [...prepared, ...prePrepared].every(
    (claim) => claim.number > low && claim.number <= low + window && claim.view < view,
  );
  const orderly = isRising(prepared, true) && isRising(prePrepared, false);
  if (!table.has(sender) || view < 1 || !bounded || !orderly) reader.fail();
  return makeViewChange({ sender, view, stable, prepared, prePrepared }, signature);
}

function isRising(claims: readonly Claim[], strictly: boolean): boolean {
  let run = 1;
  for (let i = 1; i < claims.length; i++) {
    const [before, now] = [claims[i - 1]!, claims[i]!];
    run = before.number === now.number ? run + 1 : 1;
    if (now.number < before.number || run > (strictly ? 1 : MAX_DIGESTS_PER_NUMBER)) return false;
  }
  return true;
}

export function viewChangeStatement({ sender, payload, signature }: ViewChange): Signed {
  return { signer: sender, payload, signature };
}

/** Whatever must be verified before the message may be believed. */
export function viewChangeStatements(change: ViewChange): Signed[] {
  return [viewChangeStatement(change), ...certificateStatements(change.stable)];
}

export function writeNewView(writer: ByteWriter, { view, changes, signature }: NewView, table: WeightTable): void {
  writer
    .varint(view)
    .list(changes, (w, change) => writeViewChange(w, change, table))
    .bytes(signature);
}

/** Refuses two changes of one sender and changes into another view; whether they suffice is `decideNewView`'s to say. */
export function readNewView(reader: ByteReader, table: WeightTable, window: number): NewView {
  const view = reader.varint();
  const changes = reader.list(table.size, (r) => readViewChange(r, table, window));
  if (view < 1 || changes.some((change) => change.view !== view)) reader.fail();
  if (new Set(changes.map(({ sender }) => sender)).size !== changes.length) reader.fail();
  return makeNewView(view, changes, reader.bytes(MAX_SIGNATURE));
}

/** What a new view starts with: everything from the stable checkpoint to the last number that may have been committed. */
export interface NewViewPlan {
  readonly stable: StableCheckpoint;
  /** For stable + 1, stable + 2, ... */
  readonly digests: readonly Uint8Array[];
}

/**
 * The decision of the new primary, made again by everybody (TOCS 2002, figure 4): a pure function of the changes. Null
 * while they do not determine a request for every number. The checkpoint is the highest one; its proof travels with it.
 */
export function decideNewView(changes: readonly ViewChange[], table: WeightTable): NewViewPlan | null {
  if (!table.hasByzantineQuorum(changes.map(({ sender }) => sender))) return null;
  const stable = changes
    .map((change) => change.stable)
    .reduce((best, one) => (one.statement.number > best.statement.number ? one : best));
  const low = stable.statement.number;
  const books = changes.map((change) => bookOf(change, low));
  const high = Math.max(low, ...books.map((book) => book.high));
  const digests: Uint8Array[] = [];
  let needed = 0;
  for (let number = low + 1; number <= high; number++) {
    const decided = decideNumber(books, number, table);
    if (decided === null) return null;
    digests.push(decided === 'blank' ? NULL_DIGEST : decided);
    if (decided !== 'blank') needed = digests.length;
  }
  return { stable, digests: digests.slice(0, needed) };
}

/** One change, by number. */
interface Book {
  readonly sender: NodeId;
  readonly prepared: ReadonlyMap<number, Claim>;
  readonly prePrepared: ReadonlyMap<number, readonly Claim[]>;
  readonly high: number;
}

function bookOf({ sender, prepared, prePrepared }: ViewChange, low: number): Book {
  const lists = new Map<number, Claim[]>();
  for (const claim of prePrepared) {
    const list = lists.get(claim.number);
    if (list === undefined) lists.set(claim.number, [claim]);
    else list.push(claim);
  }
  const open = prepared.filter(({ number }) => number > low);
  return {
    sender,
    prepared: new Map(open.map((claim) => [claim.number, claim])),
    prePrepared: lists,
    high: open.at(-1)?.number ?? low,
  };
}

/** `blank` where nothing can have been committed; null while the changes leave it open. */
function decideNumber(books: readonly Book[], number: number, table: WeightTable): Uint8Array | 'blank' | null {
  const claims = books.flatMap((book) => book.prepared.get(number) ?? []);
  claims.sort((a, b) => b.view - a.view || (a.key < b.key ? -1 : 1));
  const chosen = claims.find((claim) => isUncontested(books, claim, table) && isKnown(books, claim, table));
  if (chosen !== undefined) return chosen.digest;
  const blank = books.filter((book) => !book.prepared.has(number)).map(({ sender }) => sender);
  return table.hasByzantineQuorum(blank) ? 'blank' : null;
}

/** A1: more than two thirds have prepared nothing else there as late. */
function isUncontested(books: readonly Book[], { number, view, key }: Claim, table: WeightTable): boolean {
  const agreeing = books.filter((book) => {
    const other = book.prepared.get(number);
    return other === undefined || other.view < view || (other.view === view && other.key === key);
  });
  return table.hasByzantineQuorum(agreeing.map(({ sender }) => sender));
}

/** A2: more than a third, hence somebody honest, have pre-prepared it in that view or later: it was really proposed. */
function isKnown(books: readonly Book[], { number, view, key }: Claim, table: WeightTable): boolean {
  const knowing = books.filter((book) =>
    (book.prePrepared.get(number) ?? []).some((claim) => claim.key === key && claim.view >= view),
  );
  return table.hasOneThird(knowing.map(({ sender }) => sender));
}
