import { fileURLToPath } from 'node:url';

/** The checkout that this program is part of: where sources come from unless somebody names another. */
export function ownCheckout(): string {
  return fileURLToPath(new URL('../../..', import.meta.url)).replace(/[/\\]$/, '');
}
