#!/usr/bin/env node
// `npm run bench [group ...]`: measures, prints one table, and with `--json FILE` writes the rows for machines.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { renderTable, type BenchmarkRow } from './result.ts';

const GROUPS: Readonly<Record<string, () => Promise<readonly BenchmarkRow[]>>> = {
  verify: async () => (await import('./verification.ts')).verificationRows(),
  startup: async () => (await import('./startup.ts')).startupRows(),
  install: async () => (await import('./install.ts')).installRows(),
  server: async () => (await import('./server.ts')).serverRows(),
  simulator: async () => (await import('./simulator.ts')).simulatorRows(),
  curves: async () => (await import('./curves.ts')).curveRows(),
  raft: async () => (await import('./raft-core.ts')).raftCoreRows(),
  pbft: async () => (await import('./pbft.ts')).pbftRows(),
  gossip: async () => (await import('./gossip.ts')).gossipRows(),
  'merkle-tree': async () => (await import('./merkle-tree.ts')).merkleTreeRows(),
  crdt: async () => (await import('./crdt.ts')).crdtRows(),
  approximate: async () => (await import('./approximate.ts')).approximateRows(),
  governance: async () => (await import('./governance.ts')).governanceRows(),
};

const args = process.argv.slice(2);
const at = args.indexOf('--json');
const file = at < 0 ? null : (args.splice(at, 2)[1] ?? null);
const unknown = args.filter((name) => !Object.hasOwn(GROUPS, name));
if (unknown.length > 0 || (at >= 0 && file === null)) {
  console.error(`bench: ${unknown.join(', ') || '--json without a file'}; groups: ${Object.keys(GROUPS).join(', ')}`);
  process.exit(64);
}

const rows: BenchmarkRow[] = [];
for (const [name, run] of Object.entries(GROUPS)) {
  if (args.length > 0 && !args.includes(name)) continue;
  console.error(`bench: ${name} ...`);
  rows.push(...(await run()));
}
console.log(`Node ${process.version}, ${availableParallelism()} cores. Medians; ratios are taken pair by pair.\n`);
console.log(renderTable(rows));
if (file !== null) writeFileSync(file, `${JSON.stringify({ schemaVersion: 1, kind: 'benchmark', rows }, null, 2)}\n`);
