/** SHA-256 (FIPS 180-4) of the bytes, 32 bytes; the audited library's pure form, since a confined plugin has no node:crypto. */
export { sha256 } from '@noble/hashes/sha2.js';
