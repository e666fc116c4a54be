import { checkOutput } from '@hypersync/manifest/output-schemas';
import { describe, expect, it } from 'vitest';
import type { Host } from '../src/host.ts';
import { runProgram } from '../src/program.ts';
import { handMadeHost, SEQUENCER } from './hand-made.ts';
import { realMechanism } from './real.ts';
import { sequencerSource } from './sequencer.ts';

async function json(host: Promise<Host>, ...argv: string[]) {
  let out = '';
  await runProgram({
    argv: [...argv, '--output', 'json'],
    anchor: { vendor: 'v', root: '{}', registry: 'http://localhost', floor: 0 },
    ownRoot: '/installation',
    out: (text) => void (out += text),
    err: () => {},
    openHost: async () => host,
  });
  const value: unknown = JSON.parse(out);
  checkOutput(value);
  return value;
}

describe('--output json obeys the schema that its kind names', () => {
  it('list', async () => {
    expect(await json(handMadeHost(), 'list')).toMatchObject({ kind: 'mechanism-list', schemaVersion: 1 });
  });

  it('self-test, good or bad', async () => {
    expect(await json(handMadeHost(), 'self-test')).toMatchObject({ kind: 'self-test', ok: true });
    const source = sequencerSource((text) => text.replace('this.open.set(input.ticket, input);', 'throw null;'));
    const broken = handMadeHost([{ ...SEQUENCER, source }]);
    expect(await json(broken, 'self-test')).toMatchObject({ kind: 'self-test', ok: false });
  });

  it('an error', async () => {
    expect(await json(handMadeHost(), 'fly')).toMatchObject({ kind: 'error', error: { code: 'HS-1002' } });
  });

  it.each([
    ['raft', { class: 'total-order', index: 1 }],
    ['quorum', { class: 'register', key: 'color' }],
    ['vector-clock', { class: 'causal', dot: { counter: 1 } }],
    ['merkle-tree', { class: 'convergent' }],
  ])('run of %s: the position of its class', async (id, position) => {
    const host = handMadeHost([await realMechanism(id)]);
    const told = await json(host, 'run', '--mechanism', id, '--nodes', '3', '--key', 'color', '--propose', 'blue');
    expect(told).toMatchObject({
      kind: 'run',
      mechanism: id,
      decisions: [{ position, value: 'blue' }, {}, {}].slice(0, id === 'quorum' ? 1 : 3),
    });
  });
});
