import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createFakeVendor, type FakeVendor } from '@hypersync/testkit';
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Host, type Run } from './fixture.ts';

const SCHEMAS = fileURLToPath(new URL('../../schemas', import.meta.url));
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
const kinds = readdirSync(SCHEMAS).flatMap((name) => /^output-(.+)\.schema\.json$/.exec(name)?.[1] ?? []);
const validators = new Map(
  kinds.map((kind) => {
    const schema = JSON.parse(readFileSync(`${SCHEMAS}/output-${kind}.schema.json`, 'utf8')) as AnySchemaObject;
    return [kind, ajv.compile(schema)];
  }),
);

function expectValid(value: { kind?: string }, what: string): void {
  const kind = value.kind ?? '';
  const validate = validators.get(kind);
  expect(validate, `${what}: no schema output-${kind}`).toBeDefined();
  expect(validate?.(value), `${what}: ${ajv.errorsText(validate?.errors)}`).toBe(true);
}

let vendor: FakeVendor;
let host: Host;
beforeAll(async () => {
  vendor = await createFakeVendor({ mechanisms: ['gossip', 'crdt'], tiers: ['core'] });
});
beforeEach(async () => {
  host = new Host(vendor);
});

/** Every command of the program, as its own help lists them. */
const COMMANDS = [
  'plan',
  'apply',
  'upgrade',
  'rollback',
  'gc',
  'verify',
  'validate',
  'generations',
  'bundle',
  'doctor',
];

describe('every command', () => {
  it('is listed here', async () => {
    const { stdout } = await host.run('--help');
    const listed = [...stdout.matchAll(/^ {2}([a-z]+) .*\[options\]/gm)].map((match) => match[1]);
    expect(listed).toEqual(COMMANDS);
  });

  it.each(COMMANDS)('%s has help with its options, on stdout, exit 0', async (command) => {
    const run = await host.run(command, '--help');
    expect(run).toMatchObject({ code: 0, stderr: '' });
    for (const option of ['--root', '--output', '--config']) expect(run.stdout).toContain(option);
  });

  it('answers --output json with what a shipped schema describes', async () => {
    const runs: [string, Run][] = [
      ['plan', await host.json('plan', '--tier', 'core')],
      ['install', await host.json('--tier', 'core')],
      ['apply', await host.json('apply', '--tier', 'core')],
      ['upgrade', await host.json('upgrade')],
      ['verify', await host.json('verify')],
      ['validate', await host.json('validate')],
      ['generations', await host.json('generations')],
      ['doctor', await host.json('doctor')],
      ['bundle', await host.json('bundle')],
      ['rollback', await host.json('rollback', '--to', '1')],
      ['gc', await host.json('gc')],
      ['an error', await host.json('rollback', '--to', '9')],
      ['another error', await host.json('--tier', 'gold')],
    ];
    for (const [what, run] of runs) expectValid(run.json, what);
    const kinds = ['plan', 'apply', 'verify', 'validate', 'generations', 'doctor', 'bundle', 'rollback', 'gc', 'error'];
    expect(new Set(runs.map(([, run]) => run.json.kind))).toEqual(new Set(kinds));
  });

  it('answers --output ndjson with events, then the result or the error', async () => {
    for (const argv of [['--tier', 'core'], ['upgrade'], ['--tier', 'gold'], ['rollback', '--to', '9']]) {
      const { stdout } = await host.run(...argv, '--output', 'ndjson');
      const lines = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { kind?: string });
      for (const line of lines) expectValid(line, argv.join(' '));
      expect(lines.filter(({ kind }) => kind !== 'progress')).toHaveLength(1);
      expect(lines.at(-1)?.kind).not.toBe('progress');
    }
  });

  it('prints results on stdout and everything else on stderr', async () => {
    const run = await host.run('--tier', 'core');
    expect(run.stdout).toMatch(/^Installed CORE release 1: 2 plugins and the runtime, generation 1 in /);
    expect(run.stderr).toContain('Fetching and verifying');
    expect((await host.run('verify')).stderr).toBe('');
  });
});

describe('wrong usage', () => {
  it.each([
    [['plna'], /Did you mean plan\?/],
    [['--teir', 'core'], /Did you mean --tier\?/],
    [['rollback', '--to'], /argument missing/],
    [['verify', 'extra'], /too many arguments/],
  ])('%j: exit 64 and a way on', async (argv, words) => {
    expect(await host.run(...argv)).toMatchObject({ code: 64, stdout: '', stderr: expect.stringMatching(words) });
  });

  it.each([
    [['rollback', '--to', 'x'], 'HS-1002'],
    [['gc', '--keep', '-1'], 'HS-1002'],
    [['--tier', 'core', '--output', 'xml'], 'HS-1002'],
    [['--tier', 'core', '--wait', 'soon'], 'HS-1002'],
    [[], 'HS-1002'],
    [['plan'], 'HS-1002'],
    [['--tier', 'gold'], 'HS-1101'],
    [['upgrade'], 'HS-1501'],
    [['rollback'], 'HS-1501'],
    [['gc'], 'HS-1501'],
    [['verify'], 'HS-1501'],
    [['validate'], 'HS-1501'],
  ])('%j: %s, and nothing on disk', async (argv, code) => {
    const run = await host.run(...argv);
    expect(run.stderr).toContain(`error ${code}`);
    expect(run.stderr).toContain('What to do:');
    expect(host.disk.stat('/var/lib/hypersync')).toBeNull();
  });

  it('is not coloured and not live where it is not a terminal, and both where it is', async () => {
    expect((await host.run('--tier', 'gold')).stderr).not.toContain('\u001b');
    const written: string[] = [];
    host.overrides = { stderr: { isTTY: true, write: (text) => written.push(text) } };
    await host.run('--tier', 'gold');
    expect(written.join('')).toContain('\u001b[31merror');
    written.length = 0;
    await host.run('--tier', 'core');
    expect(written.join('')).toContain('\r\u001b[2K');
    host.overrides = { ...host.overrides, env: { NO_COLOR: '1', TERM: 'dumb' } };
    written.length = 0;
    await host.run('--tier', 'gold');
    expect(written.join('')).not.toContain('\u001b');
  });
});
