/** Texts of the packages that a fake vendor signs: complete, tiny, and honest about what they are. */

/**
 * A plugin of one node's worth of consensus: every proposal is committed at once, in order, and kept. It obeys the
 * interface (one outcome per ticket, gap-free indices, restore from the image), and promises nothing across nodes.
 */
export function soloPluginSource(id: string, version: string): string {
  return `const descriptor = {
  id: ${JSON.stringify(id)}, version: ${JSON.stringify(version)}, interfaceVersion: '1.0.0', guarantee: 'total-order',
  operations: ['append'], reads: ['sequential'],
  faults: { model: 'crash', safety: { numerator: 1, denominator: 1 }, liveness: { numerator: 1, denominator: 2 }, minNodes: 1 },
  timing: 'asynchronous', finality: 'immediate', authentication: 'channel', cost: { normal: 'O(1)', worst: 'O(1)' },
  capabilities: { leader: false, leases: false, learners: false, weights: false, evidence: false, membership: 'none', snapshot: 'none', stop: 'none' },
};
const EMPTY = new Uint8Array();
class Solo {
  constructor(init, index, token) { this.descriptor = descriptor; this.init = init; this.index = index; this.token = token; }
  step(now, inputs) {
    const effects = { persist: [], send: [], crypto: [], deliver: [], resolve: [], evidence: [], install: null, sealed: null };
    const rejected = { kind: 'rejected', reason: 'unsupported', retryable: false, hint: null };
    for (const input of inputs) {
      if (input.t === 'propose') this.append(input, effects);
      else if (input.t === 'read') effects.resolve.push({ ticket: input.ticket, outcome: { kind: 'values', position: this.position(), values: [] } });
      else if (input.t === 'stop') effects.resolve.push({ ticket: input.ticket, outcome: rejected });
    }
    return effects;
  }
  append(input, effects) {
    this.index++;
    this.token++;
    effects.persist.push({ token: this.token, sync: true, writes: [{ op: 'put', key: 'index', value: Uint8Array.of(...String(this.index).split('').map(Number)) }] });
    effects.deliver.push({ position: this.position(), proposer: this.init.self, session: input.session, sequence: input.sequence, key: '', value: input.op.value, certificate: EMPTY });
    effects.resolve.push({ ticket: input.ticket, outcome: { kind: 'committed', position: this.position() } });
  }
  position() { return { class: 'total-order', epoch: this.init.epoch, index: this.index }; }
  nextDeadline() { return null; }
  status() { return { role: 'solo', leader: null, term: 0, position: this.position(), ready: true, detail: {} }; }
  fingerprint() { return Uint8Array.of(...String(this.index).split('').map(Number)); }
  clone() { return new Solo(this.init, this.index, this.token); }
}
export default {
  descriptor,
  validateConfig: () => [],
  create: (init, image) => new Solo(init, Number([...(image.get('index') ?? [0])].join('')), 0),
  describeMessage: () => 'no messages',
};
`;
}

/** A runtime whose only command that succeeds is its self-test; it says which release it is. */
export function idleRuntimeSource(version: string): string {
  return `const [command = 'self-test'] = process.argv.slice(2);
process.stdout.write(JSON.stringify({ schemaVersion: 1, kind: 'self-test', ok: command === 'self-test', runtime: ${JSON.stringify(version)} }) + '\\n');
process.exitCode = command === 'self-test' ? 0 : 64;
`;
}
