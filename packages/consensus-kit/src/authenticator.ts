import type { Epoch, Guarantee, Lane, NodeId, Send, Token } from '@hypersync/interface';
import { ByteReader, ByteWriter } from './codec.ts';
import type { EffectsBuilder } from './effects-builder.ts';
import { RecentKeys } from './recent-keys.ts';
import { sha256 } from './sha256.ts';
import type { StateWriter } from './state-writer.ts';

/** A payload and who vouches for it; what certificates are made of. */
export interface Signed {
  readonly signer: NodeId;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** What became of a verification: a message is handed on, or a whole group of statements was found valid or not. */
export type Verdict =
  | ({ readonly kind: 'message'; readonly from: NodeId } & Signed)
  | { readonly kind: 'group'; readonly from: NodeId; readonly tag: Uint8Array; readonly valid: boolean };

export interface AuthenticatorOptions {
  readonly self: NodeId;
  readonly members: readonly NodeId[];
  /** Separates protocols: a signature made for one domain is worthless in another. */
  readonly domain: string;
  readonly epoch: Epoch;
  /** Largest payload accepted from a peer, bytes. */
  readonly maxPayload: number;
  /** May a peer pass on what another member signed? Default true. */
  readonly relay?: boolean;
  /** Verifications in flight per peer; more are dropped and counted. Default 256. */
  readonly queuePerPeer?: number;
  /** Distinct statements remembered as verified. Default 1024. */
  readonly cache?: number;
}

/** Room for every signature scheme in use; ML-DSA-87 has 4,627 bytes. */
const MAX_SIGNATURE = 8192;

interface Outgoing {
  readonly to: Send['to'] | null;
  readonly payload: Uint8Array;
  readonly lane: Lane;
  readonly after: Token | undefined;
}

interface Group {
  readonly from: NodeId;
  readonly tag: Uint8Array;
  outstanding: number;
  valid: boolean;
}

interface Incoming {
  readonly from: NodeId;
  readonly statement: Signed;
  readonly key: string;
  /** Null for a plain message. */
  readonly group: number | null;
}

/**
 * Signed messages over crypto effects. Outgoing: `send` asks for a signature, `signed` sends the envelope once it is there.
 * Incoming: `receive` asks for verification, `verified` hands the payload on once it is known to be good. Answers may come
 * in any order. All queues are bounded per peer, so that a flooding peer only drowns itself. Cloneable and deterministic.
 */
export class Authenticator<G extends Guarantee = Guarantee> {
  readonly #options: Required<AuthenticatorOptions>;
  readonly #members: ReadonlySet<NodeId>;
  #outgoing = new Map<Token, Outgoing>();
  #incoming = new Map<Token, Incoming>();
  #groups = new Map<number, Group>();
  #nextGroup = 1;
  #inFlight = new Map<NodeId, number>();
  /** Keys of verified statements. */
  #known: RecentKeys<true>;
  #dropped = 0;

  constructor(options: AuthenticatorOptions) {
    this.#options = { relay: true, queuePerPeer: 256, cache: 1024, ...options };
    this.#members = new Set(options.members);
    this.#known = new RecentKeys(this.#options.cache);
  }

  /** Envelopes dropped: malformed, from strangers, badly signed, or too many at once. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Signs and sends. `after` gates the envelope on a durability token, as in `Send`. */
  send(
    fx: EffectsBuilder<G>,
    to: Send['to'],
    payload: Uint8Array,
    options: { lane?: Lane; after?: Token | undefined } = {},
  ): void {
    const token = fx.sign(this.#signedBytes(payload));
    this.#outgoing.set(token, { to, payload, lane: options.lane ?? 'control', after: options.after });
  }

  /** Signs without sending; `signed` returns the statement. For one's own share of a certificate. */
  sign(fx: EffectsBuilder<G>, payload: Uint8Array): void {
    const token = fx.sign(this.#signedBytes(payload));
    this.#outgoing.set(token, { to: null, payload, lane: 'control', after: undefined });
  }

  /** The answer to a `sign` effect: sends the waiting envelope. Returns our statement, or null when the token is not ours. */
  signed(fx: EffectsBuilder<G>, token: Token, signature: Uint8Array): Signed | null {
    const waiting = this.#outgoing.get(token);
    if (waiting === undefined) return null;
    this.#outgoing.delete(token);
    const statement = { signer: this.#options.self, payload: waiting.payload, signature };
    this.#known.add(statementKey(statement), true);
    if (waiting.to !== null)
      fx.send(waiting.to, encodeEnvelope(statement), { lane: waiting.lane, after: waiting.after });
    return statement;
  }

  /** Passes on a statement that somebody else signed. */
  relay(fx: EffectsBuilder<G>, to: Send['to'], statement: Signed, lane: Lane = 'control'): void {
    fx.send(to, encodeEnvelope(statement), { lane });
  }

  /** An envelope from a peer. A statement verified before is returned at once; else `verified` returns it later. */
  receive(fx: EffectsBuilder<G>, from: NodeId, bytes: Uint8Array): Verdict | null {
    const statement = decodeEnvelope(bytes, this.#options.maxPayload);
    const acceptable =
      statement !== null && this.#members.has(statement.signer) && (this.#options.relay || statement.signer === from);
    if (!acceptable) return this.#drop();
    const key = statementKey(statement);
    if (this.#known.has(key)) return { kind: 'message', from, ...statement };
    if (!this.#enter(from, 1)) return this.#drop();
    this.#request(fx, { from, statement, key, group: null });
    return null;
  }

  /**
   * Verifies all statements of a certificate that came from `from`. The verdict carries `tag`, which the caller chooses
   * to find its place again. Returned at once when nothing needs to be asked; null means `verified` will return it.
   */
  verifyGroup(fx: EffectsBuilder<G>, from: NodeId, tag: Uint8Array, statements: readonly Signed[]): Verdict | null {
    if (statements.some((statement) => !this.#members.has(statement.signer)))
      return { kind: 'group', from, tag, valid: false };
    const keyed = statements.map((statement) => ({ statement, key: statementKey(statement) }));
    const unknown = keyed.filter(({ key }) => !this.#known.has(key));
    if (unknown.length === 0) return { kind: 'group', from, tag, valid: true };
    if (!this.#enter(from, unknown.length)) {
      this.#drop();
      return { kind: 'group', from, tag, valid: false };
    }
    const group = this.#nextGroup++;
    this.#groups.set(group, { from, tag, outstanding: unknown.length, valid: true });
    for (const { statement, key } of unknown) this.#request(fx, { from, statement, key, group });
    return null;
  }

  /** The answer to a `verify` effect. Null when the token is not ours, the message was bad, or its group is not complete. */
  verified(token: Token, valid: boolean): Verdict | null {
    const asked = this.#incoming.get(token);
    if (asked === undefined) return null;
    this.#incoming.delete(token);
    this.#inFlight.set(asked.from, (this.#inFlight.get(asked.from) ?? 1) - 1);
    if (valid) this.#known.add(asked.key, true);
    if (asked.group !== null) return this.#groupAnswer(asked.group, valid);
    return valid ? { kind: 'message', from: asked.from, ...asked.statement } : this.#drop();
  }

  #groupAnswer(id: number, valid: boolean): Verdict | null {
    const group = this.#groups.get(id)!;
    group.outstanding--;
    group.valid &&= valid;
    if (group.outstanding > 0) return null;
    this.#groups.delete(id);
    return { kind: 'group', from: group.from, tag: group.tag, valid: group.valid };
  }

  #request(fx: EffectsBuilder<G>, incoming: Incoming): void {
    const { signer, payload, signature } = incoming.statement;
    this.#incoming.set(fx.verify(signer, this.#signedBytes(payload), signature), incoming);
  }

  #enter(from: NodeId, count: number): boolean {
    const inFlight = (this.#inFlight.get(from) ?? 0) + count;
    if (inFlight > this.#options.queuePerPeer) return false;
    this.#inFlight.set(from, inFlight);
    return true;
  }

  #drop(): null {
    this.#dropped++;
    return null;
  }

  /** Domain and epoch are part of what is signed, so that nothing can be replayed from elsewhere. */
  #signedBytes(payload: Uint8Array): Uint8Array {
    return new ByteWriter(payload.length + 64)
      .string(this.#options.domain)
      .varint(this.#options.epoch)
      .bytes(payload)
      .finish();
  }

  clone(): Authenticator<G> {
    const copy = new Authenticator<G>(this.#options);
    copy.#outgoing = new Map(this.#outgoing);
    copy.#incoming = new Map(this.#incoming);
    for (const [id, group] of this.#groups) copy.#groups.set(id, { ...group });
    copy.#nextGroup = this.#nextGroup;
    copy.#inFlight = new Map(this.#inFlight);
    copy.#known = this.#known.clone();
    copy.#dropped = this.#dropped;
    return copy;
  }

  /** Adds the whole state to a fingerprint. */
  writeTo(state: StateWriter): void {
    state.map(this.#outgoing, (writer, o) => void writer.data([o.to, o.payload, o.lane, o.after ?? 0]));
    state.map(this.#incoming, (writer, i) => {
      writer.data([i.from, i.group, i.statement.signer, i.statement.payload, i.statement.signature]);
    });
    state.map(this.#groups, (writer, g) => void writer.data([g.from, g.tag, g.outstanding, g.valid]));
    state.data([this.#nextGroup, this.#dropped, this.#inFlight, this.#known.keys()]);
  }
}

/** Signer, payload, signature: what travels. */
export function encodeEnvelope(statement: Signed): Uint8Array {
  const size = statement.payload.length + statement.signature.length + 80;
  return new ByteWriter(size).string(statement.signer).bytes(statement.payload).bytes(statement.signature).finish();
}

/** Null for anything but exactly one envelope within the limits. */
export function decodeEnvelope(bytes: Uint8Array, maxPayload: number): Signed | null {
  const reader = new ByteReader(bytes);
  const statement = {
    signer: reader.string(64),
    payload: reader.bytes(maxPayload),
    signature: reader.bytes(MAX_SIGNATURE),
  };
  return reader.done() ? statement : null;
}

/** Bytes that short are their own key; beyond, a digest, so that the memory of what was verified does not grow with payloads. */
const SHORT = 256;

/** Two statements never share a key; the first letter keeps a short envelope that looks like a digest from passing for one. */
function statementKey(statement: Signed): string {
  const envelope = encodeEnvelope(statement);
  if (envelope.length <= SHORT) return `e${String.fromCharCode(...envelope)}`;
  return `d${String.fromCharCode(...sha256(envelope))}`;
}
