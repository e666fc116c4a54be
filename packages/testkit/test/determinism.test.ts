import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runSimulation } from '../src/consensus.ts';
import { toySynod } from './fixtures/toy-synod.ts';

const SEEDS = [1, 2, 3, 40, 4_000_000_000];

it('the same seed gives the same trace in another process, another seed another one', () => {
  const here = SEEDS.map((seed) => runSimulation({ plugin: toySynod(), nodes: 4, seed, duration: 2_000_000 }).hash);
  const script = fileURLToPath(new URL('fixtures/print-hashes.ts', import.meta.url));
  const child = spawnSync(process.execPath, [script, ...SEEDS.map(String)], { encoding: 'utf8' });
  expect(child.stderr).toBe('');
  expect(child.stdout.trim().split('\n')).toEqual(here);
  expect(new Set(here).size).toBe(SEEDS.length);
});

it('a run leaves the process as it found it', () => {
  const before = [Date, Math.random, globalThis.setTimeout, globalThis.crypto, globalThis.performance];
  runSimulation({ plugin: toySynod('reads-the-clock'), nodes: 3, seed: 1 });
  expect([Date, Math.random, globalThis.setTimeout, globalThis.crypto, globalThis.performance]).toEqual(before);
  expect(Number.isFinite(Date.now())).toBe(true);
});
