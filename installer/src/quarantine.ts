import { HyperSyncError } from '@hypersync/base';
import { yankOf, type ArtifactEntry, type RevocationList } from '@hypersync/manifest';

/**
 * Throws HS-1212 for a version that the vendor withdrew for safety. Said here as well as in the room `trust`, because that
 * one brings all of signature checking along, which a plan with nothing to do does not need.
 */
export function refuseQuarantined(entry: ArtifactEntry, list: RevocationList): void {
  const yank = yankOf(list, entry.name, entry.version);
  if (yank?.level !== 'quarantine') return;
  const { reason, replacement } = yank;
  const instead = replacement === null ? '' : ` Use ${replacement} instead.`;
  throw new HyperSyncError('HS-1212', `${entry.name} ${entry.version} is quarantined: ${reason}${instead}`, {
    details: { package: entry.name, version: entry.version, reason, replacement },
  });
}
