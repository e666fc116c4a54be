/**
 * Text of a small honest plugin for the driver's tests: the smallest member orders everything. It uses every duty of a
 * driver: followers forward proposals; the sequencer persists (sync), and its announcement waits for the disk; receivers
 * deliver in order; a forwarded proposal is signed and verified. `edit` replaces parts of it, to make it dishonest.
 */
export function sequencerSource(edit: (source: string) => string = (source) => source): string {
  return edit(SOURCE);
}

export const SEQUENCER_DESCRIPTOR = {
  id: 'sequencer',
  version: '1.0.0',
  interfaceVersion: '1.0.0',
  guarantee: 'total-order',
  operations: ['append'],
  reads: ['sequential'],
  faults: {
    model: 'crash',
    safety: { numerator: 1, denominator: 1 },
    liveness: { numerator: 1, denominator: 2 },
    minNodes: 1,
  },
  timing: 'asynchronous',
  finality: 'immediate',
  authentication: 'signed',
  cost: { normal: 'O(n)', worst: 'O(n)' },
  capabilities: {
    leader: true,
    leases: false,
    learners: false,
    weights: false,
    evidence: false,
    membership: 'none',
    snapshot: 'log',
    stop: 'none',
  },
};

const SOURCE = `
const descriptor = ${JSON.stringify(SEQUENCER_DESCRIPTOR)};
const none = () => ({ persist: [], send: [], crypto: [], deliver: [], resolve: [], evidence: [], install: null, sealed: null });
const EMPTY = new Uint8Array(0);
const pack = (kind, numbers, value) => Uint8Array.of(kind, ...numbers.flatMap((n) => [n >> 16 & 255, n >> 8 & 255, n & 255]), ...value);
const unpack = (bytes, count) => ({ numbers: Array.from({ length: count }, (_, i) => bytes[1 + 3 * i] * 65536 + bytes[2 + 3 * i] * 256 + bytes[3 + 3 * i]), value: bytes.slice(1 + 3 * count) });
const FORWARD = 1, ORDER = 2, DONE = 3;
class Sequencer {
  constructor(init, image) {
    this.descriptor = descriptor;
    this.init = init;
    this.leader = init.members[0].id;
    this.index = Math.max(init.applied, image.size);
    this.backlog = [...image].map(([key, value]) => ({ index: Number(key.slice(6)), value })).filter(({ index }) => index > init.applied);
    this.ordered = new Map();
    this.token = 0;
    this.open = new Map();
    this.waiting = new Map();
    this.timers = 0;
    this.deadline = init.config.tickMs ? init.now + init.config.tickMs * 1000 : null;
    this.kept = image.size;
    this.clock = 0;
    this.now = init.now;
  }
  get leads() { return this.init.self === this.leader; }
  step(now, inputs) {
    if (now < this.now) throw new Error('time went back');
    this.now = now;
    const out = none();
    for (const { index, value } of this.backlog.splice(0).sort((a, b) => a.index - b.index)) this.deliver(index, value, out);
    for (const input of inputs) this.take(now, input, out);
    return out;
  }
  take(now, input, out) {
    switch (input.t) {
      case 'time':
        if (this.deadline !== null && now >= this.deadline) { this.timers++; this.deadline = this.timers < 3 ? now + this.init.config.tickMs * 1000 : null; }
        return;
      case 'clock': this.clock = input.latest; return;
      case 'propose':
        if (input.op.value[0] === 33) return void out.resolve.push({ ticket: input.ticket, outcome: { kind: 'rejected', reason: 'invalid', retryable: false, hint: null } });
        if (input.op.value[0] === 63) return; // '?' is never answered
        this.open.set(input.ticket, input);
        if (this.leads) return this.order(input.op.value, { node: this.init.self, ticket: input.ticket }, out);
        this.token++;
        this.waiting.set(this.token, pack(FORWARD, [input.ticket], input.op.value));
        out.crypto.push({ token: this.token, op: 'sign', message: input.op.value });
        return;
      case 'signed': {
        const message = this.waiting.get(input.token);
        this.waiting.delete(input.token);
        out.send.push({ to: this.leader, lane: 'bulk', bytes: Uint8Array.of(...message, ...input.signature) });
        return;
      }
      case 'message': return this.receive(input, out);
      case 'verified': {
        const forwarded = this.waiting.get(input.token);
        this.waiting.delete(input.token);
        if (input.valid) this.order(forwarded.value, forwarded, out);
        return;
      }
      case 'read':
        out.resolve.push({ ticket: input.ticket, outcome: { kind: 'values', position: this.position(), values: [] } });
        return;
      case 'durable':
        this.durable = input.token;
        for (const [token, { index, value, from }] of this.ordered) {
          if (token > input.token) continue;
          this.ordered.delete(token);
          this.deliver(index, value, out);
          if (from.node === this.init.self) this.answer(from.ticket, index, out);
          else out.send.push({ to: from.node, lane: 'control', bytes: pack(DONE, [from.ticket, index], EMPTY) });
        }
        return;
      case 'compact': this.compacted = input.index; return;
    }
  }
  order(value, from, out) {
    this.index++;
    this.token++;
    out.persist.push({ token: this.token, sync: true, writes: [{ op: 'put', key: 'entry/' + this.index, value }] });
    out.send.push({ to: 'all', lane: 'bulk', bytes: pack(ORDER, [this.index], value), after: this.token });
    this.ordered.set(this.token, { index: this.index, value, from });
  }
  receive({ from, bytes }, out) {
    if (bytes[0] === FORWARD) {
      const { numbers: [ticket], value } = unpack(bytes.slice(0, -64), 1);
      this.token++;
      this.waiting.set(this.token, { value, node: from, ticket });
      out.crypto.push({ token: this.token, op: 'verify', signer: from, message: value, signature: bytes.slice(-64) });
    } else if (bytes[0] === ORDER) {
      const { numbers: [index], value } = unpack(bytes, 1);
      if (index !== this.index + 1) return;
      this.index = index;
      this.deliver(index, value, out);
    } else if (bytes[0] === DONE) {
      const { numbers: [ticket, index] } = unpack(bytes, 2);
      this.answer(ticket, index, out);
    }
  }
  deliver(index, value, out) {
    out.deliver.push({ position: this.position(index), proposer: this.leader, session: 0, sequence: 0, key: '', value, certificate: EMPTY });
  }
  answer(ticket, index, out) {
    if (this.open.delete(ticket)) out.resolve.push({ ticket, outcome: { kind: 'committed', position: this.position(index) } });
  }
  position(index = this.index) { return { class: 'total-order', epoch: this.init.epoch, index }; }
  nextDeadline() { return this.backlog.length > 0 ? this.init.now : this.deadline; }
  status() {
    return { role: this.leads ? 'leader' : 'follower', leader: this.leader, term: 1, position: this.position(), ready: true,
      detail: { timers: this.timers, kept: this.kept, durable: this.durable ?? 0, clock: this.clock, compacted: this.compacted ?? 0 } };
  }
  fingerprint() { return Uint8Array.of(this.index); }
  clone() { return this; }
}
export default {
  descriptor,
  validateConfig: (config, nodes) => Object.keys(config).filter((key) => key !== 'tickMs').map((key) => ({ key, allowed: 'tickMs only', reason: nodes + ' nodes know no other key' })),
  create: (init, image) => new Sequencer(init, image),
  describeMessage: (bytes) => 'message of ' + bytes.length,
};
`;
