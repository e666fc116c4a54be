import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import type { RuntimeParts } from '../src/plugin-worker.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** One self-contained module, as the publisher makes them. */
export async function bundle(input: string): Promise<string> {
  const build = await rolldown({ input, cwd: root, platform: 'neutral', tsconfig: false, logLevel: 'silent' });
  try {
    const { output } = await build.generate({ format: 'esm' });
    if (output.length !== 1) throw new Error(`${input}: ${output.length} files`);
    return output[0].code;
  } finally {
    await build.close();
  }
}

let parts: Promise<RuntimeParts> | undefined;

/** The worker from source, the prelude bundled once per test file. */
export function runtimeParts(): Promise<RuntimeParts> {
  parts ??= bundle('packages/host/src/prelude/index.ts').then((prelude) => ({
    worker: new URL('../src/worker.ts', import.meta.url),
    prelude,
  }));
  return parts;
}
