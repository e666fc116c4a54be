import type { MetadataStore } from '@hypersync/trust';
import type { FileSystem } from './file-system.ts';

/** `<root>/trust/` as a metadata store: temp file, flush, rename, flush of the folder; an unreadable file counts as absent. */
export function fileMetadataStore(_directory: string, _fs: FileSystem): MetadataStore {
  throw new Error('not written yet');
}
