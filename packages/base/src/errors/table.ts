import { BASE_ERRORS } from './base.ts';
import { CONSENSUS_ERRORS } from './consensus.ts';
import { ENTITLEMENT_ERRORS } from './entitlement.ts';
import type { ErrorEntry } from './entry.ts';
import { HOST_ERRORS } from './host.ts';
import { INSTALLER_ERRORS } from './installer.ts';
import { MANIFEST_ERRORS } from './manifest.ts';
import { PUBLISHER_ERRORS } from './publisher.ts';
import { REGISTRY_CLIENT_ERRORS } from './registry-client.ts';
import { REGISTRY_ERRORS } from './registry.ts';
import { STORE_ERRORS } from './store.ts';
import { TRUST_ERRORS } from './trust.ts';

export { EXIT_CODES, type ErrorEntry, type ExitCode } from './entry.ts';

/** Every code of the project, one range of a hundred per room. A code, once released, is never given another meaning. */
export const ERRORS = {
  ...BASE_ERRORS,
  ...MANIFEST_ERRORS,
  ...TRUST_ERRORS,
  ...ENTITLEMENT_ERRORS,
  ...REGISTRY_CLIENT_ERRORS,
  ...STORE_ERRORS,
  ...INSTALLER_ERRORS,
  ...PUBLISHER_ERRORS,
  ...REGISTRY_ERRORS,
  ...HOST_ERRORS,
  ...CONSENSUS_ERRORS,
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** Looks a code up that came from outside (a user, a log); null when there is none. */
export function describeError(code: string): ErrorEntry | null {
  return Object.hasOwn(ERRORS, code) ? ERRORS[code as ErrorCode] : null;
}
