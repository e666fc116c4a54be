import type { MechanismPlugin } from '@hypersync/interface';

/** By name only: this room knows no mechanism. Null for one that does not exist. */
export async function pluginOf(id: string): Promise<MechanismPlugin | null> {
  try {
    return ((await import(`@hypersync/mechanism-${id}`)) as { default: MechanismPlugin }).default;
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND') return null;
    throw error;
  }
}
