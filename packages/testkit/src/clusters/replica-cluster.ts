import type {
  ConsensusMechanism,
  Decision,
  Effects,
  Guarantee,
  Input,
  MechanismPlugin,
  Op,
  Outcome,
  ReadLevel,
  Sealed,
  StoreOp,
} from '@hypersync/interface';

interface Flight {
  readonly from: string;
  readonly to: string;
  readonly bytes: Uint8Array;
}

/**
 * A cluster by hand, for the schedules of a paper's difficult cases: every message waits in `flights` until the test
 * delivers or drops it, every write until the test syncs (at once, unless `manualDisk`).
 */
export class Cluster<G extends Guarantee> {
  readonly plugin: MechanismPlugin<G>;
  readonly ids: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly nodes = new Map<string, ConsensusMechanism<G>>();
  readonly images = new Map<string, Map<string, Uint8Array>>();
  readonly unsynced = new Map<string, Effects<G>['persist'][number][]>();
  readonly delivered = new Map<string, Decision<G>[]>();
  readonly sealed = new Map<string, Sealed<G>>();
  readonly outcomes = new Map<number, Outcome<G>>();
  flights: Flight[] = [];
  manualDisk = new Set<string>();
  now = 0;
  #gated: (Flight & { readonly after: number })[] = [];
  #ticket = 0;

  constructor(plugin: MechanismPlugin<G>, ids: readonly string[], config: Readonly<Record<string, unknown>> = {}) {
    this.plugin = plugin;
    this.ids = ids;
    this.config = config;
    for (const id of ids) {
      this.images.set(id, new Map());
      this.delivered.set(id, []);
      this.start(id);
    }
  }

  start(id: string): void {
    this.unsynced.set(id, []);
    this.#gated = this.#gated.filter((flight) => flight.from !== id);
    const members = this.ids.map((member) => ({ id: member, weight: 1 }));
    const seed = this.ids.indexOf(id) + 1;
    const init = { self: id, members, epoch: 1, seed, now: this.now, config: this.config, applied: 0 };
    this.nodes.set(id, this.plugin.create(init, new Map(this.images.get(id))));
  }

  /** Loses what was not synced, and the process with it. */
  crash(id: string): void {
    this.start(id);
  }

  node(id: string): ConsensusMechanism<G> {
    return this.nodes.get(id)!;
  }

  step(id: string, ...inputs: Input<G>[]): void {
    this.#perform(id, this.node(id).step(this.now, inputs));
  }

  propose(id: string, op: Op<G>, session = 0, sequence = 0): number {
    const ticket = ++this.#ticket;
    this.step(id, { t: 'propose', ticket, op, session, sequence });
    return ticket;
  }

  read(id: string, key: string, level: ReadLevel = 'eventual'): Outcome<G> | undefined {
    const ticket = ++this.#ticket;
    this.step(id, { t: 'read', ticket, level, key });
    return this.outcomes.get(ticket);
  }

  stop(id: string, nextEpoch = 2, metadata: Uint8Array = new Uint8Array(0)): number {
    const ticket = ++this.#ticket;
    this.step(id, { t: 'stop', ticket, sign: { nextEpoch, metadata } });
    return ticket;
  }

  /** Makes everything written so far durable. */
  sync(id: string): void {
    const batches = this.unsynced.get(id)!.splice(0);
    for (const { writes } of batches) apply(this.images.get(id)!, writes);
    const last = batches.findLast((batch) => batch.sync);
    if (last === undefined) return;
    const ready = this.#gated.filter((flight) => flight.from === id && flight.after <= last.token);
    this.#gated = this.#gated.filter((flight) => !ready.includes(flight));
    this.flights.push(...ready);
    this.step(id, { t: 'durable', token: last.token });
  }

  /** Delivers the flights that match, in order, and whatever follows from them; others stay. */
  run(matches: (flight: Flight) => boolean = () => true): void {
    for (let steps = 0; steps < 10_000; steps++) {
      const index = this.flights.findIndex(matches);
      if (index < 0) return;
      const [flight] = this.flights.splice(index, 1);
      this.step(flight!.to, { t: 'message', from: flight!.from, bytes: flight!.bytes });
    }
    throw new Error('the cluster does not come to rest');
  }

  /** Delivers every flight twice, and whatever follows from that; returns how many it were. */
  runTwice(most: number): number {
    for (let count = 0; count <= most; count++) {
      const flight = this.flights.shift();
      if (flight === undefined) return count;
      for (let i = 0; i < 2; i++) this.step(flight.to, { t: 'message', from: flight.from, bytes: flight.bytes });
    }
    throw new Error(`more than ${most} messages: repetition breeds`);
  }

  /** Takes messages out of the air. */
  drop(matches: (flight: Flight) => boolean = () => true): Flight[] {
    const dropped = this.flights.filter(matches);
    this.flights = this.flights.filter((flight) => !dropped.includes(flight));
    return dropped;
  }

  /** Lets time pass: deadlines fire, messages that match arrive. */
  elapse(micros: number, matches: (flight: Flight) => boolean = () => true): void {
    const end = this.now + micros;
    for (;;) {
      this.run(matches);
      const next = Math.min(...this.ids.map((id) => this.node(id).nextDeadline() ?? Number.POSITIVE_INFINITY));
      if (next > end) break;
      this.now = Math.max(this.now, next);
      for (const id of this.ids)
        if ((this.node(id).nextDeadline() ?? end + 1) <= this.now) this.step(id, { t: 'time' });
    }
    this.now = end;
  }

  #perform(id: string, effects: Effects<G>): void {
    this.unsynced.get(id)!.push(...effects.persist);
    for (const { to, bytes, after } of effects.send) {
      for (const peer of to === 'all' ? this.ids.filter((other) => other !== id) : [to]) {
        const flight = { from: id, to: peer, bytes };
        if (after === undefined) this.flights.push(flight);
        else this.#gated.push({ ...flight, after });
      }
    }
    this.delivered.get(id)!.push(...effects.deliver);
    for (const { ticket, outcome } of effects.resolve) this.outcomes.set(ticket, outcome);
    if (effects.sealed !== null) this.sealed.set(id, effects.sealed);
    if (effects.persist.length > 0 && !this.manualDisk.has(id)) this.sync(id);
  }
}

function apply(image: Map<string, Uint8Array>, writes: readonly StoreOp[]): void {
  for (const write of writes) {
    if (write.op === 'put') image.set(write.key, write.value);
    else if (write.op === 'delete') image.delete(write.key);
    else for (const key of image.keys()) if (key >= write.from && key < write.to) image.delete(key);
  }
}
