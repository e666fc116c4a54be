import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import type { RuntimeParts } from '../src/plugin-worker.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** One self-contained module, as the publisher makes them. `replace`: an absolute path and the text in its place. */
export async function bundle(
  input: string,
  options: { platform?: 'neutral' | 'node'; replace?: readonly [path: string, text: string] } = {},
): Promise<string> {
  const [path, text] = options.replace ?? ['', ''];
  const build = await rolldown({
    input,
    cwd: root,
    platform: options.platform ?? 'neutral',
    tsconfig: false,
    logLevel: 'silent',
    plugins: [{ name: 'replace', load: (id) => (id === path ? text : null) }],
  });
  try {
    const { output } = await build.generate({ format: 'esm', codeSplitting: false });
    if (output.length !== 1) throw new Error(`${input}: ${output.length} files`);
    return output[0].code;
  } finally {
    await build.close();
  }
}

let parts: Promise<RuntimeParts> | undefined;

/** Worker and prelude as text, bundled once per test file. */
export function runtimeParts(): Promise<RuntimeParts> {
  parts ??= Promise.all([
    bundle('packages/host/src/worker.ts', { platform: 'node' }),
    bundle('packages/host/src/prelude/index.ts'),
  ]).then(([worker, prelude]) => ({ worker, prelude }));
  return parts;
}

/** `runtime.mjs`, `worker.mjs` and `prelude.mjs`, with an anchor compiled in. */
export async function runtimeBundle(anchor: string): Promise<ReadonlyMap<string, string>> {
  const replace = [`${root}packages/host/src/anchor.ts`, `export const anchor = ${anchor};`] as const;
  const entries = [
    ['runtime.mjs', 'packages/host/src/main.ts'],
    ['worker.mjs', 'packages/host/src/worker.ts'],
    ['prelude.mjs', 'packages/host/src/prelude/index.ts'],
  ] as const;
  const made = entries.map(async ([name, input]): Promise<[string, string]> => [
    name,
    await bundle(input, { platform: 'node', replace }),
  ]);
  return new Map(await Promise.all(made));
}
