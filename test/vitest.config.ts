import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

/** One project per time budget (DESIGN 10); `test/run.ts` runs them in order and holds the budgets. */
function project(name: string, include: string[], timeoutSeconds: number, exclude: string[] = []) {
  return {
    test: {
      name,
      root,
      include,
      exclude: ['**/node_modules/**', '**/dist/**', ...exclude],
      testTimeout: timeoutSeconds * 1000,
      hookTimeout: timeoutSeconds * 1000,
      execArgv: [`--import=${new URL('preload.ts', import.meta.url).href}`],
    },
  };
}

/** Each is seconds of simulation: a part of its own, and without the price of measuring coverage. */
const COMPLIANCE = 'packages/mechanisms/*/test/compliance.test.ts';

export default defineConfig({
  test: {
    root,
    // Vitest leaves one core free for watching; on two cores that is half the machine.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      project('tidy', ['test/tidy/*.test.ts'], 60),
      project('unit', ['{packages,registry,installer,deployment}/**/test/*.test.ts'], 120, [COMPLIANCE]),
      project('sim', [COMPLIANCE, '{packages,test}/**/*.sim.ts'], 240),
      project('attacks', ['test/attacks/*.test.ts'], 120),
      project('crash', ['test/crash/*.test.ts'], 400),
      project('e2e', ['test/e2e/*.test.ts'], 240),
      project('clients', ['test/clients/*.test.ts'], 240),
    ],
    coverage: {
      provider: 'v8',
      reporter: ['text-summary'],
      thresholds: { lines: 85 },
      // Programs' wiring, and code that runs only in worker threads and confined realms, where it cannot be measured.
      exclude: [
        '**/main.ts',
        '**/worker.ts',
        'packages/host/src/prelude/**',
        '**/*-validators.mjs',
        '**/compile-validators.ts',
      ],
      include: ['packages/*/src/**', 'packages/mechanisms/*/src/**', 'registry/src/**', 'installer/src/**'],
    },
  },
});
