/**
 * @file Runs in each worker before coverage begins. Code that has run by then is not counted, and so not slowed down: the
 * pure hash of the mechanisms is somebody else's, has tests of its own, and took ten times as long under coverage.
 */
import { sha256 } from '../packages/consensus-kit/src/sha256.ts';

sha256(new Uint8Array(1));
