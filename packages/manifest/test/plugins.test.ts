import type { MechanismPlugin } from '@hypersync/interface';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { effectiveConfig, loadCatalog, tierCovers } from '../src/index.ts';

const catalog = loadCatalog();
const written = catalog.mechanisms.filter(({ id }) =>
  existsSync(new URL(`../../mechanisms/${id}/src/index.ts`, import.meta.url)),
);

/** The catalog knows mechanisms by name only, and so does this test. */
async function pluginOf(id: string): Promise<MechanismPlugin> {
  const module = (await import(/* @vite-ignore */ `@hypersync/mechanism-${id}`)) as { default: MechanismPlugin };
  return module.default;
}

test('there are plugins to compare with', () => {
  expect(written.length).toBeGreaterThanOrEqual(8);
});

describe.each(written.map((mechanism) => [mechanism.id, mechanism] as const))('%s', (id, mechanism) => {
  const { profile } = mechanism;

  test('its plugin accepts the configuration of every tier, for the smallest and the largest cluster', async () => {
    const plugin = await pluginOf(id);
    for (const tier of catalog.tiers.filter((candidate) => tierCovers(candidate.id, mechanism.firstTier))) {
      const config = effectiveConfig(catalog, tier.id, id);
      const limits = [tier.maxNodes, profile.maxNodes].filter((nodes) => nodes > 0);
      for (const nodes of [profile.minNodes, limits.length === 0 ? 1000 : Math.min(...limits)]) {
        expect(plugin.validateConfig(config, nodes), `${tier.id}, ${nodes} nodes`).toEqual([]);
      }
    }
  });

  test('its plugin knows every key: a misspelt one is refused', async () => {
    const plugin = await pluginOf(id);
    const config = { ...effectiveConfig(catalog, 'qm-imperium', id), noSuchKey: 1 };
    expect(plugin.validateConfig(config, profile.minNodes).map((problem) => problem.key)).toEqual(['noSuchKey']);
  });

  test('profile and capability matrix say what its descriptor says', async () => {
    const { descriptor } = await pluginOf(id);
    const { faults, capabilities } = descriptor;
    const share = faults.liveness.numerator / faults.liveness.denominator;
    expect({ id, guarantee: mechanism.guarantee, ...mechanism.capabilities }).toEqual({
      id: descriptor.id,
      guarantee: descriptor.guarantee,
      faults: faults.model,
      tolerates: share === 1 ? 'any' : share === 0.5 ? 'under-half' : 'under-third',
      timing: descriptor.timing,
      finality: descriptor.finality,
      leader: capabilities.leader,
      linearizable: descriptor.reads.includes('linearizable'),
      weights: capabilities.weights,
    });
    expect(profile.minNodes).toBeGreaterThanOrEqual(faults.minNodes);
  });
});
