import { errorFrom } from '@hypersync/base';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAnswerer } from '../src/answers.ts';
import type { Identity } from '../src/identity.ts';
import { parseAddress } from '../src/resource.ts';
import { readTree, type Tree } from '../src/tree.ts';
import { makeTree } from './bench.ts';

/** Addresses of a package in every way, as `entitlement.test.ts` spells them out; spelling is settled before. */
const ADDRESSES = [
  '/@hypersync/NAME',
  '/@hypersync/NAME/1.0.0',
  '/@hypersync/NAME/9.9.9',
  '/@hypersync/NAME/latest',
  '/@hypersync/NAME/-/NAME-1.0.0.tgz',
  '/@hypersync/NAME/-/NAME-9.9.9.tgz',
  '/-/package/@hypersync/NAME/dist-tags',
  '/-/npm/v1/attestations/@hypersync/NAME@1.0.0',
  '/-/hypersync/bundles/NAME-1.0.0.sigstore.json',
  '/-/hypersync/bundles/NAME-9.9.9.sigstore.json',
];

const WITHOUT: readonly Identity[] = [{ kind: 'anonymous' }, { kind: 'refused', reason: 'no license' }];

let directory: string;
let tree: Tree;
beforeAll(async () => {
  ({ tree: directory } = await makeTree());
  tree = await readTree(directory, null);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The same value; whatever is read, looked up or called on it, at any depth, is told. */
function watched<T extends object>(value: T, path: string, tell: (step: string) => void): T {
  const wrap = (inner: unknown, name: string): unknown => {
    if (typeof inner === 'function') {
      return (...args: readonly unknown[]): unknown => {
        tell(`${name}()`);
        return wrap(Reflect.apply(inner, value, args), name);
      };
    }
    const plain = typeof inner !== 'object' || inner === null || inner instanceof Uint8Array;
    return plain ? inner : watched(inner, name, tell);
  };
  return new Proxy(value, {
    get(target, key) {
      const name = `${path}.${String(key)}`;
      tell(name);
      return wrap(Reflect.get(target, key, target), name);
    },
    getOwnPropertyDescriptor(target, key) {
      tell(`${path} has ${String(key)}`);
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
  });
}

/** Every step that answering takes, with the package's name taken out, and how it ends. */
async function stepsOf(identity: Identity, address: string, base: string): Promise<readonly string[]> {
  const steps: string[] = [];
  const tell = (step: string): void =>
    void steps.push(step.replaceAll(`@hypersync/${base}`, base).replaceAll(base, 'NAME'));
  const read = async (path: string): Promise<never> => {
    tell(`read ${path}`);
    throw new Error('a refusal reads no file');
  };
  const answerer = createAnswerer(watched(tree, 'tree', tell), { read }, 'https://registry.example');
  // What is looked at once per state of the tree, whoever asks.
  steps.length = 0;
  try {
    await answerer.answer({ address: parseAddress(address.replaceAll('NAME', base)), identity, abbreviated: false });
    steps.push('answered');
  } catch (thrown) {
    const { code, message } = errorFrom(thrown);
    steps.push(`${code} ${message}`);
  }
  return steps;
}

/**
 * Attack N23, equal timing: not measured by a clock, which says more of the machine than of us. Whoever has no license makes
 * the server do the same work, step by step, for a name that exists and for one that does not.
 */
describe.each(WITHOUT.map((identity) => [identity.kind, identity] as const))('%s', (_, identity) => {
  it.each(['', '/tiers/core', '/tiers/pro', '/tiers/qm-imperium'].flatMap((view) => ADDRESSES.map((at) => view + at)))(
    'the same work for what exists and what does not: %s',
    async (address) => {
      const known = await stepsOf(identity, address, 'mechanism-paxos');
      expect(known.at(-1)).toMatch(/^HS-180[12] /);
      expect(await stepsOf(identity, address, 'mechanism-nowhere')).toEqual(known);
    },
  );
});

it('the steps are really seen: for who may, they differ', async () => {
  const licensed: Identity = { kind: 'licensed', tier: 'pro', customer: 'c', serial: 's' };
  const known = await stepsOf(licensed, '/@hypersync/NAME', 'mechanism-paxos');
  expect(known.at(-1)).toBe('answered');
  expect(known.length).toBeGreaterThan(10);
  expect(await stepsOf(licensed, '/@hypersync/NAME', 'mechanism-nowhere')).not.toEqual(known);
});
