import { fromUtf8, LIMITS, toUtf8 } from '@hypersync/base';
import { codeOf, readError } from './disk-error.ts';
import type { FileSystem } from './file-system.ts';
import type { Layout } from './layout.ts';
import { replaceFiles } from './metadata-files.ts';

const NAME = 'license.jwt';
const pathOf = (layout: Layout): string => `${layout.license}/${NAME}`;

/** The token kept with the installation, unverified; null where there is none. */
export function readLicense(fs: FileSystem, layout: Layout): string | null {
  try {
    return fromUtf8(fs.readFile(pathOf(layout), LIMITS.licenseBytes)).trim();
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw readError(thrown, `Reading the license ${pathOf(layout)}`);
  }
}

/** Readable by the owner only: it is also the registry's credential. */
export async function keepLicense(fs: FileSystem, layout: Layout, token: string): Promise<void> {
  await replaceFiles(fs, layout.license, new Map([[NAME, toUtf8(`${token.trim()}\n`)]]), 0o600);
}
