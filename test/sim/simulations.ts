import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ComplianceOptions } from '@hypersync/testkit/consensus';

const MECHANISMS = fileURLToPath(new URL('../../packages/mechanisms', import.meta.url));

/** A file or folder of a mechanism's room. */
export function mechanismPath(...rest: string[]): string {
  return join(MECHANISMS, ...rest);
}

/** Mechanisms that say how they are simulated, sorted. */
export function simulatedMechanisms(): string[] {
  return readdirSync(MECHANISMS)
    .filter((id) => existsSync(simulationPath(id)))
    .sort();
}

function simulationPath(mechanism: string): string {
  return mechanismPath(mechanism, 'test', 'simulation.ts');
}

/** The mechanism's own description of how to simulate it, as its compliance suite uses it. */
export async function simulationOfMechanism(mechanism: string): Promise<ComplianceOptions> {
  const path = simulationPath(mechanism);
  if (!existsSync(path))
    throw new Error(`there is no simulation of "${mechanism}"; there are ${simulatedMechanisms().join(', ')}`);
  const { simulation } = (await import(pathToFileURL(path).href)) as { readonly simulation: ComplianceOptions };
  return simulation;
}
