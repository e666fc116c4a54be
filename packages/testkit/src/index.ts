/** @file Everything that tests share: the deterministic simulator, compliance suites, attackers, linearizability checker, fake vendor. */
export * from './fakes/vendor-index.ts';
export { faultyDisk, Killed, type DiskFault, type FaultyDisk } from './fakes/faulty-disk.ts';
export { memoryLockFiles, MemoryDisk, type Survival } from './fakes/memory-disk.ts';
export { powerCut, type PowerCut } from './fakes/power-cuts.ts';
export { generationContent, installFake } from './fakes/vendor-generation.ts';
export * from './consensus.ts';
