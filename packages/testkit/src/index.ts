/** @file Everything that tests share: the deterministic simulator, compliance suites, attackers, linearizability checker, fake vendor. */
export * from './fakes/vendor-index.ts';
