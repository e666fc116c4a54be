// One search in a process of its own, since a module that was loaded with a bug stays loaded: `node worker.ts JOB`, the job
// as JSON. The bug is put into the text as it is read, never on disk. Prints the findings as one line of JSON.
import { registerHooks } from 'node:module';
import { fileUrl, plant, type PlantedBug } from './plant.ts';
import type { Finding, Search } from './search.ts';

/** What a worker is asked to do: plant `bug` (null: the code as it is) and make these searches, in order. */
export interface Job {
  readonly mechanism: string;
  readonly bug: PlantedBug | null;
  readonly searches: readonly Search[];
}

const job = JSON.parse(process.argv[2] ?? 'null') as Job;
let planted = job.bug === null;
if (job.bug !== null) {
  const { bug } = job;
  const target = fileUrl(bug);
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (url !== target || loaded.source == null) return loaded;
      planted = true;
      return { ...loaded, source: plant(bug, textOf(loaded.source)) };
    },
  });
}

// imported only now, so that the hook sees the files of mechanism and kit
const { search } = await import('./search.ts');
const { simulationOfMechanism } = await import('../sim/simulations.ts');
const simulation = await simulationOfMechanism(job.mechanism);
if (!planted) throw new Error(`${job.bug?.file ?? ''} is not loaded by the simulation of ${job.mechanism}`);
const findings: Finding[] = job.searches.map((one) => search(simulation, one));
process.stdout.write(`${JSON.stringify(findings)}\n`);

function textOf(source: string | ArrayBuffer | NodeJS.TypedArray): string {
  if (typeof source === 'string') return source;
  return source instanceof ArrayBuffer
    ? Buffer.from(source).toString()
    : Buffer.from(source.buffer, source.byteOffset, source.byteLength).toString();
}
