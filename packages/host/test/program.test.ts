import { describe, expect, it } from 'vitest';
import type { Decision, Descriptor } from '@hypersync/interface';
import type { Host } from '../src/host.ts';
import { proposed, toOp } from '../src/operations.ts';
import { runProgram } from '../src/program.ts';
import { selfTest } from '../src/self-test.ts';
import { handMadeHost, SEQUENCER } from './hand-made.ts';
import { SEQUENCER_DESCRIPTOR, sequencerSource } from './sequencer.ts';

const anchor = { vendor: 'v', root: '{}', registry: 'http://localhost', floor: 0 };

async function program(host: Promise<Host>, ...argv: string[]) {
  let out = '';
  let err = '';
  const code = await runProgram({
    argv,
    anchor,
    ownRoot: '/installation',
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    openHost: async () => host,
  });
  return { code, out, err };
}

describe('list', () => {
  it('names every mechanism, its class and version', async () => {
    const { code, out } = await program(handMadeHost(), 'list', '--output', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      schemaVersion: 1,
      tier: 'core',
      mechanisms: [{ id: 'sequencer', version: '1.0.0', guarantee: 'total-order', minNodes: 1 }],
    });
    expect((await program(handMadeHost(), 'list')).out).toMatch(
      /^generation 1, tier core[^]*sequencer +1\.0\.0 +total-order/,
    );
  });
});

describe('self-test', () => {
  it('has a cluster agree and says so', async () => {
    const { code, out, err } = await program(handMadeHost(), 'self-test', '--output', 'json');
    expect(JSON.parse(out)).toMatchObject({ ok: true, mechanisms: [{ mechanism: 'sequencer', ok: true, decided: 3 }] });
    expect(err).toMatch(/ok {5}sequencer 1\.0\.0 \(total-order, 1 nodes\): agreed on 3 values/);
    expect(code).toBe(0);
  });

  it.each([
    [
      'orders differently on each node',
      'numbers: [index], value } = unpack(bytes, 1);',
      'numbers: [index], value } = unpack(bytes, 1); value.reverse();',
      'HS-2022',
      70,
    ],
    ['never answers', 'this.open.set(input.ticket, input);', 'return;', 'HS-2023', 83],
    ['throws', 'this.open.set(input.ticket, input);', "throw new Error('no');", 'HS-2009', 70],
    ['states another descriptor', '"finality":"immediate"', '"finality":"none"', 'HS-2007', 80],
  ])('a plugin that %s fails it', async (_, from, to, errorCode, exit) => {
    const source = sequencerSource((text) => text.replace(from, to));
    const host = handMadeHost([{ ...SEQUENCER, source, minNodes: 3 }]);
    const { code, out } = await program(
      host,
      'self-test',
      '--output',
      'json',
      '--timeout',
      errorCode === 'HS-2023' ? '1' : '20',
    );
    expect(JSON.parse(out)).toMatchObject({ ok: false, mechanisms: [{ ok: false, error: { code: errorCode } }] });
    expect(code).toBe(exit);
  });

  it('a generation without mechanisms does not pass', async () => {
    expect(await selfTest({ host: await handMadeHost([]), timeoutMs: 100 })).toMatchObject({ ok: false });
  });
});

describe('run', () => {
  it('proposes and prints what each node decided', async () => {
    const argv = ['run', '--mechanism', 'sequencer', '--nodes', '3', '--propose', 'hello', '--propose', 'world'];
    const { code, out } = await program(handMadeHost(), ...argv);
    expect(code).toBe(0);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => line.split('\t'));
    expect(lines.map(([node, , value]) => `${node} ${value}`).sort()).toEqual([
      'n1 hello',
      'n1 world',
      'n2 hello',
      'n2 world',
      'n3 hello',
      'n3 world',
    ]);
  });

  it('refuses more nodes than the tier has, with the exit code for it', async () => {
    const { code, out } = await program(
      handMadeHost(),
      'run',
      '--mechanism',
      'sequencer',
      '--nodes',
      '9',
      '--output',
      'json',
    );
    expect(code).toBe(77);
    expect(JSON.parse(out)).toMatchObject({ kind: 'error', error: { code: 'HS-2013' } });
  });
});

describe('what was proposed', () => {
  const mutating = {
    ...SEQUENCER_DESCRIPTOR,
    guarantee: 'convergent',
    operations: ['mutate'],
  } as unknown as Descriptor;
  const ordering = SEQUENCER_DESCRIPTOR as unknown as Descriptor;
  it.each([
    ['a value in order', ordering, 'hello', { key: '', value: 'hello' }],
    ['a keyed value in order', ordering, { key: 'k', value: 'hello' }, { key: 'k', value: 'hello' }],
    ['a keyed value as a mutation', mutating, { key: 'k', value: 'hello' }, { key: 'k', value: 'hello' }],
    ['a value as a mutation', mutating, 'hello', { key: 'value', value: 'hello' }],
  ])('%s is found again in the decision', (_, descriptor, proposal, expected) => {
    const op = toOp(descriptor, proposal) as { key?: string; value: Uint8Array };
    const decision = { key: op.key ?? '', value: op.value } as Decision;
    const { key, value } = proposed(descriptor, decision);
    expect({ key, value: Buffer.from(value).toString() }).toEqual(expected);
  });

  it('a value that only looks like one of ours stays as it is', () => {
    for (const bytes of [Uint8Array.of(0xff, 0x7f), Uint8Array.of(2, 1, 9)]) {
      expect(proposed(ordering, { key: '', value: bytes } as Decision).value).toEqual(bytes);
      expect(proposed(mutating, { key: '', value: bytes } as Decision).value).toEqual(bytes);
    }
  });
});

describe('points, for approximate agreement', () => {
  const descriptor = { id: 'x', guarantee: 'approximate', operations: ['input'], reads: [] } as unknown as Descriptor;
  it.each([
    ['[0.5, 2]', [0.5, 2]],
    ['0.5,2', [0.5, 2]],
    ['-1e-3', [-0.001]],
  ])('%s is one', (text, value) => expect(toOp(descriptor, text)).toEqual({ kind: 'input', value }));

  it.each(['', '[]', '1,,2', 'here', '[1, NaN]', '[Infinity]'])('"%s" is none: HS-2019', (text) =>
    expect(() => toOp(descriptor, text)).toThrow(expect.objectContaining({ code: 'HS-2019' })),
  );

  it('what was agreed on is shown as one', () => {
    const value = new Uint8Array(16);
    new DataView(value.buffer).setFloat64(8, 2.5);
    const decision = { key: '', value } as unknown as Decision;
    expect(Buffer.from(proposed(descriptor, decision).value).toString()).toBe('[0, 2.5]');
  });
});

describe('usage', () => {
  it.each([
    [[], /No command/],
    [['fly'], /no command fly/],
    [['list', 'more'], /too many/],
    [['list', '--output', 'yaml'], /--output yaml/],
    [['run'], /one --mechanism/],
    [['self-test', '--timeout', 'soon'], /--timeout soon/],
    [['list', '--unknown'], /unknown/],
    [['run', '--mechanism', 'sequencer', '--config', '[]'], /--config/],
  ])('%j is refused with 64', async (argv, message) => {
    const { code, err } = await program(handMadeHost(), ...argv);
    expect(code).toBe(64);
    expect(err).toMatch(message);
  });

  it('help is help', async () => {
    const { code, out } = await program(handMadeHost(), '--help');
    expect(code).toBe(0);
    expect(out).toMatch(/self-test/);
  });

  it('from source there is no anchor, and nothing is opened', async () => {
    let err = '';
    const io = { out: () => {}, err: (text: string) => void (err += text) };
    expect(await runProgram({ argv: ['list', '--root', '/x'], anchor: null, ownRoot: null, ...io })).toBe(80);
    expect(err).toMatch(/HS-2001/);
  });
});
