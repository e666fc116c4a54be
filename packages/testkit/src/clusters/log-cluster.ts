import type {
  ConsensusMechanism,
  Decision,
  Effects,
  Guarantee,
  Input,
  MechanismPlugin,
  Membership,
  NodeId,
  Outcome,
  ReadLevel,
  Sealed,
  StoreOp,
  Ticket,
  Token,
} from '@hypersync/interface';
import { Prng } from '@hypersync/consensus-kit';
import { SignatureOracle } from '../simulator/crypto.ts';

export interface Letter {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly bytes: Uint8Array;
  readonly text: string;
}

interface Waiting {
  readonly letter: Letter;
  readonly after: Token;
}

export interface Site<G extends Guarantee> {
  readonly id: NodeId;
  mechanism: ConsensusMechanism<G>;
  alive: boolean;
  /** Disk: what is durable, and batches that are not yet. */
  disk: Map<string, Uint8Array>;
  buffered: { readonly token: Token; readonly writes: readonly StoreOp[] }[];
  gated: Waiting[];
  /** When true, syncs do not complete until `sync` is called. */
  slowDisk: boolean;
  decisions: Decision<G>[];
  outcomes: Map<Ticket, Outcome<G>>;
  sealed: Sealed<G> | null;
  /** As the mechanism said last. */
  membership: Membership | null;
  installed: { index: number; state: Uint8Array }[];
  applied: number;
}

export interface ClusterOptions {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly seed?: number;
  readonly latency?: number;
  /** Who is a member when the epoch begins; default all. The others wait to be let in. */
  readonly members?: readonly NodeId[];
  /** Gives every step the true time, known within this many microseconds. Default: no clock. */
  readonly clockError?: number;
}

/**
 * A scripted cluster for directed cases: time moves only by `run`, a filter decides which messages pass, disks can be held
 * back. The random search belongs to testkit's simulator; this is for the situations that a paper draws.
 */
export class Cluster<G extends Guarantee> {
  readonly sites = new Map<NodeId, Site<G>>();
  readonly #plugin: MechanismPlugin<G>;
  readonly #options: ClusterOptions;
  now = 1_000_000;
  /** Messages pass only where this says so; others are lost. */
  passes: (letter: Letter) => boolean = () => true;
  /** Everything that was sent, also what was lost. */
  log: Letter[] = [];
  #mail: { readonly at: number; readonly order: number; readonly letter: Letter }[] = [];
  #order = 0;
  #nextTicket = 1;
  #incarnation = 1;
  readonly #rng: Prng;
  readonly oracle: SignatureOracle;

  constructor(plugin: MechanismPlugin<G>, ids: readonly NodeId[], options: ClusterOptions = {}) {
    this.#plugin = plugin;
    this.#options = options;
    this.#rng = new Prng(options.seed ?? 1, 99);
    this.oracle = new SignatureOracle(options.seed ?? 1, ids);
    for (const id of ids) {
      this.sites.set(id, {
        id,
        mechanism: null as unknown as ConsensusMechanism<G>,
        alive: false,
        disk: new Map(),
        buffered: [],
        gated: [],
        slowDisk: false,
        decisions: [],
        outcomes: new Map(),
        sealed: null,
        membership: null,
        installed: [],
        applied: 0,
      });
    }
    for (const id of ids) this.start(id);
  }

  site(id: NodeId): Site<G> {
    return this.sites.get(id)!;
  }

  start(id: NodeId): void {
    const site = this.site(id);
    const ids = this.#options.members ?? [...this.sites.keys()];
    const members = [...ids].sort().map((member) => ({ id: member, weight: 1 }));
    const image = new Map([...site.disk].sort(([a], [b]) => (a < b ? -1 : 1)));
    const seed = (this.#options.seed ?? 1) * 1000 + this.#incarnation++;
    const config = this.#options.config ?? {};
    site.mechanism = this.#plugin.create(
      { self: id, members, epoch: 1, seed, now: this.now, config, applied: site.applied },
      image,
    );
    site.alive = true;
    this.step(id, []);
  }

  /** Loses what was not synced and everything in memory. */
  crash(id: NodeId): void {
    const site = this.site(id);
    site.alive = false;
    site.buffered = [];
    site.gated = [];
    site.outcomes = new Map(site.outcomes);
  }

  step(id: NodeId, inputs: readonly Input<G>[]): void {
    const site = this.site(id);
    if (!site.alive) return;
    this.#absorb(site, site.mechanism.step(this.now, [...this.#clock(), ...inputs]));
    if (!site.slowDisk) this.sync(id);
  }

  /** The driver tells the time first in every batch; virtual time is the true one. */
  #clock(): readonly Input<G>[] {
    const error = this.#options.clockError;
    return error === undefined ? [] : [{ t: 'clock', earliest: this.now - error, latest: this.now + error }];
  }

  /** Completes every sync so far. */
  sync(id: NodeId): void {
    const site = this.site(id);
    while (site.alive && site.buffered.length > 0) {
      const { token, writes } = site.buffered.shift()!;
      for (const write of writes) apply(site.disk, write);
      const released = site.gated.filter((waiting) => waiting.after <= token);
      site.gated = site.gated.filter((waiting) => waiting.after > token);
      for (const { letter } of released) this.#post(letter);
      this.#absorb(site, site.mechanism.step(this.now, [...this.#clock(), { t: 'durable', token }]));
    }
  }

  #absorb(site: Site<G>, effects: Effects<G>): void {
    for (const { token, writes } of effects.persist) site.buffered.push({ token, writes });
    for (const { to, bytes, after } of effects.send) {
      const targets = to === 'all' ? [...this.sites.keys()].filter((id) => id !== site.id) : [to];
      for (const target of targets) {
        const letter = { from: site.id, to: target, bytes, text: this.#plugin.describeMessage(bytes) };
        if (after === undefined) this.#post(letter);
        else site.gated.push({ letter, after });
      }
    }
    if (effects.install !== null) {
      site.installed.push(effects.install);
      site.applied = effects.install.index;
    }
    for (const decision of effects.deliver) {
      site.decisions.push(decision);
      if (decision.position.class === 'total-order') site.applied = decision.position.index;
    }
    for (const { ticket, outcome } of effects.resolve) {
      if (site.outcomes.has(ticket)) throw new Error(`ticket ${ticket} answered twice`);
      site.outcomes.set(ticket, outcome);
    }
    if (effects.sealed !== null) site.sealed = effects.sealed;
    if (effects.membership !== null) site.membership = effects.membership;
    this.#answerCrypto(site, effects);
  }

  /** Signatures are made and verified at once. */
  #answerCrypto(site: Site<G>, { crypto }: Effects<G>): void {
    if (crypto.length === 0 || !site.alive) return;
    const answers = crypto.map((request): Input<G> =>
      request.op === 'sign'
        ? { t: 'signed', token: request.token, signature: this.oracle.sign(site.id, request.message) }
        : {
            t: 'verified',
            token: request.token,
            valid: this.oracle.verify(request.signer, request.message, request.signature),
          },
    );
    this.#absorb(site, site.mechanism.step(this.now, [...this.#clock(), ...answers]));
  }

  #post(letter: Letter): void {
    this.log.push(letter);
    if (!this.passes(letter)) return;
    const jitter = this.#rng.nextInt(200);
    this.#mail.push({ at: this.now + (this.#options.latency ?? 1000) + jitter, order: this.#order++, letter });
  }

  /** Lets `micros` pass: timers fire and messages arrive, in order of time. */
  run(micros: number): void {
    const end = this.now + micros;
    for (;;) {
      this.#mail.sort((a, b) => a.at - b.at || a.order - b.order);
      const mail = this.#mail[0];
      let due: { at: number; id: NodeId } | null = null;
      for (const site of this.sites.values()) {
        const at = site.alive ? site.mechanism.nextDeadline() : null;
        if (at !== null && (due === null || at < due.at)) due = { at, id: site.id };
      }
      const next = Math.min(mail?.at ?? Infinity, due?.at ?? Infinity);
      if (next > end) break;
      this.now = Math.max(this.now, next);
      if (mail !== undefined && mail.at <= (due?.at ?? Infinity)) {
        this.#mail.shift();
        this.step(mail.letter.to, [{ t: 'message', from: mail.letter.from, bytes: mail.letter.bytes }]);
      } else {
        this.step(due!.id, [{ t: 'time' }]);
      }
    }
    this.now = end;
  }

  /** Runs until `done` holds, for at most `micros`; throws when it never does. */
  until(done: () => boolean, micros = 20_000_000): void {
    const end = this.now + micros;
    while (!done()) {
      if (this.now >= end) throw new Error('it did not happen');
      this.run(1000);
    }
  }

  deliver(letter: Letter): void {
    this.step(letter.to, [{ t: 'message', from: letter.from, bytes: letter.bytes }]);
  }

  propose(id: NodeId, op: Extract<Input<G>, { t: 'propose' }>['op']): Ticket {
    const ticket = this.#nextTicket++;
    this.step(id, [{ t: 'propose', ticket, op, session: 1, sequence: ticket }]);
    return ticket;
  }

  read(id: NodeId, key = '', level: ReadLevel = 'linearizable'): Ticket {
    const ticket = this.#nextTicket++;
    this.step(id, [{ t: 'read', ticket, level, key }]);
    return ticket;
  }

  stop(id: NodeId, nextEpoch = 2): Ticket {
    const ticket = this.#nextTicket++;
    this.step(id, [{ t: 'stop', ticket, sign: { nextEpoch, metadata: new Uint8Array([7]) } }]);
    return ticket;
  }

  transfer(id: NodeId, to: NodeId | null): Ticket {
    const ticket = this.#nextTicket++;
    this.step(id, [{ t: 'transfer', ticket, to }]);
    return ticket;
  }

  /** Asks `id` that these vote, each with weight 1, and those learn. */
  reconfigure(id: NodeId, voters: readonly NodeId[], learners: readonly NodeId[] = []): Ticket {
    const ticket = this.#nextTicket++;
    const membership = { voters: voters.map((voter) => ({ id: voter, weight: 1 })), learners };
    this.step(id, [{ t: 'reconfigure', ticket, membership }]);
    return ticket;
  }

  outcome(id: NodeId, ticket: Ticket): Outcome<G> | undefined {
    return this.site(id).outcomes.get(ticket);
  }

  /** Only messages within one of the groups pass. */
  partition(...groups: readonly (readonly NodeId[])[]): void {
    this.passes = ({ from, to }) => groups.some((group) => group.includes(from) && group.includes(to));
  }

  heal(): void {
    this.passes = () => true;
  }
}

function apply(disk: Map<string, Uint8Array>, write: StoreOp): void {
  if (write.op === 'put') disk.set(write.key, write.value);
  else if (write.op === 'delete') disk.delete(write.key);
  else for (const key of disk.keys()) if (key >= write.from && key < write.to) disk.delete(key);
}
