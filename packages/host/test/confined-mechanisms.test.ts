import { loadCatalog, effectiveConfig } from '@hypersync/manifest';
import { expect, it } from 'vitest';
import { selfTest } from '../src/self-test.ts';
import { handMadeHost, type HandMade } from './hand-made.ts';
import { realMechanism } from './real.ts';

/** The mechanisms of PRO, bundled as the publisher does, with the configuration and profile that PRO gives them. */
it('each of the nine agrees in confinement, as its class promises', async () => {
  const catalog = loadCatalog();
  const ids = catalog.tiers.find(({ id }) => id === 'pro')?.mechanisms ?? [];
  expect(ids).toHaveLength(9);
  const made = await Promise.all(
    ids.map(async (id): Promise<HandMade> => {
      const source = catalog.mechanisms.find((mechanism) => mechanism.id === id);
      const config = effectiveConfig(catalog, 'pro', id);
      return {
        ...(await realMechanism(id)),
        edit: (entry) => ({ ...entry, config, profile: source?.profile ?? entry.profile }),
      };
    }),
  );
  const result = await selfTest({ host: await handMadeHost(made), timeoutMs: 25_000 });
  expect(
    result.mechanisms.flatMap(({ mechanism, error }) => (error === null ? [] : [`${mechanism}: ${error.message}`])),
  ).toEqual([]);
  expect(result.mechanisms.map(({ decided }) => decided)).toEqual(Array.from(ids, () => 3));
});
