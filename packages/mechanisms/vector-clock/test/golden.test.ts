import type { CausalOp, VersionVector } from '@hypersync/interface';
import { goldenScripts } from '@hypersync/testkit/golden';
import plugin from '../src/index.ts';

/** `put k "v"` is blind; `put k "v" n1:2 n2:1` replaces what a reader with that context has seen, `put k "v" nothing` nothing. */
function operation(words: readonly string[]): CausalOp {
  const [, key = '', value = '', ...seen] = words;
  const entries = seen.filter((word) => word !== 'nothing').map((word) => word.split(':'));
  const context: VersionVector = Object.fromEntries(entries.map(([node, counter]) => [node, Number(counter)]));
  return { kind: 'put', key, value: Buffer.from(value), context: seen.length === 0 ? null : context };
}

goldenScripts({ plugin, folder: new URL('golden/', import.meta.url), operation });
