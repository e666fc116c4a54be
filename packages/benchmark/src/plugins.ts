import type { MechanismPlugin } from '@hypersync/interface';
import type { ComplianceOptions } from '@hypersync/testkit/consensus';

/** By name only: this room knows no mechanism. Null for one that does not exist. */
export async function pluginOf(id: string): Promise<MechanismPlugin | null> {
  try {
    return ((await import(`@hypersync/mechanism-${id}`)) as { default: MechanismPlugin }).default;
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND') return null;
    throw error;
  }
}

/** How its compliance suite simulates it. */
export async function simulationOf(id: string): Promise<ComplianceOptions> {
  const path = new URL(`../../mechanisms/${id}/test/simulation.ts`, import.meta.url);
  return ((await import(path.href)) as { simulation: ComplianceOptions }).simulation;
}
