/** @file Puts a tier onto a host: plans, fetches, verifies, switches in one step, tests, goes back. Holds no key, knows no mechanism. */
export { runInstaller } from './run.ts';
export { spawnSelfTest } from './spawn-self-test.ts';
export { unpackArtifact, unpackTarball } from './unpack.ts';
export type { InstallerEnvironment, Machine, Output, SelfTestOutcome, SelfTestRequest, Unpack } from './environment.ts';
