import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { HyperSyncError } from '@hypersync/base';
import type { CodeSplittingOptions } from 'rolldown';
import { takeBuiltinsDirectly } from './builtin-imports.ts';

/** What one bundling makes: file name to text, and the source modules that went in (absolute paths). */
export interface Bundle {
  readonly files: ReadonlyMap<string, string>;
  readonly modules: readonly string[];
}

export interface BundleRequest {
  /** Root of the checkout; explicit, because paths in the output are relative to it and the bytes must not depend on the caller's folder. */
  readonly checkout: string;
  /** Name of the output (without `.mjs`) to the absolute path of its entry; an entry may exist in `replace` only. */
  readonly entries: Readonly<Record<string, string>>;
  /** Absolute path of a source module to the text that takes its place: how the vendor's anchor gets in. */
  readonly replace: ReadonlyMap<string, string>;
  /** `plugin`: no imports of any kind may remain. `program`: Node's own modules and the bundle's own chunks may. */
  readonly kind: 'plugin' | 'program';
  /** False: one file per entry, with what it imports inside. Default: true for programs. */
  readonly chunks?: boolean;
  /**
   * Absolute paths of modules that each get one chunk with all that they import, beside what an earlier one of the list
   * has already. For what is loaded late but then whole: left alone, the bundler makes a chunk for every set of lazy entries
   * that share something, and each of dozens of files costs a start half a millisecond.
   */
  readonly together?: readonly string[];
}

/** Modules that libraries ask for only where they are installed; left out on purpose, loading them fails as it does without them. */
const ABSENT_ON_PURPOSE = new Set(['kerberos']);

/**
 * What a library brings along for something that we never ask of it. @tufjs/models matches the paths of a delegation as
 * patterns; the room trust compares them as text and refuses all others. Whoever did ask would be told.
 */
const UNUSED: Readonly<Record<string, { readonly by: RegExp; readonly name: string }>> = {
  minimatch: { by: /[\\/]@tufjs[\\/]models[\\/]/, name: 'minimatch' },
  // for subcommands that are programs of their own; loading it costs each start two milliseconds
  'node:child_process': { by: /[\\/]commander[\\/]/, name: 'default' },
};

const LEFT_OUT = '\0left-out:';

function isUnused(id: string, importer: string): boolean {
  return UNUSED[id]?.by.test(importer) === true;
}

function leftOut(id: string): string | null {
  const name = UNUSED[id]?.name;
  if (name === undefined) return null;
  const refuses = `() => { throw new TypeError(${JSON.stringify(`${id} is not part of this bundle`)}); }`;
  return name === 'default'
    ? `export default new Proxy({}, { get: ${refuses} });`
    : `export const ${name} = ${refuses};`;
}

/**
 * Bundles with rolldown. Same sources, same bytes, from any folder. Throws HS-1708 for an import that cannot be resolved
 * or must not remain: rolldown itself only warns.
 */
export async function bundle(request: BundleRequest): Promise<Bundle> {
  const { rolldown } = await import('rolldown');
  const complaints: string[] = [];
  const build = await rolldown({
    cwd: request.checkout,
    input: { ...request.entries },
    platform: request.kind === 'plugin' ? 'neutral' : 'node',
    tsconfig: false,
    external: (id, importer = '') => !isUnused(id, importer) && (isBuiltin(id) || ABSENT_ON_PURPOSE.has(id)),
    onLog: (_level, log) => {
      if (log.code === 'UNRESOLVED_IMPORT') complaints.push(log.message);
    },
    plugins: [
      {
        name: 'leave-out',
        resolveId: (id, importer = '') => (isUnused(id, importer) ? `${LEFT_OUT}${id}` : null),
        load: (id) => (id.startsWith(LEFT_OUT) ? leftOut(id.slice(LEFT_OUT.length)) : null),
      },
      {
        name: 'replace',
        resolveId: (id) => (request.replace.has(id) ? id : null),
        load: (id) => request.replace.get(id) ?? null,
        renderChunk: (code, chunk) => (request.kind === 'program' ? takeBuiltinsDirectly(chunk.fileName, code) : null),
      },
    ],
  });
  try {
    const { output } = await build.generate({
      format: 'esm',
      entryFileNames: '[name].mjs',
      chunkFileNames: 'chunk-[hash].mjs',
      codeSplitting: codeSplitting(request),
      // A program's start is mostly the reading of its text: short local names, but functions keep theirs for stack traces.
      ...(request.kind === 'program' && { minify: { compress: true, mangle: { keepNames: true }, codegen: true } }),
      // The licenses of what is bundled ask to go with it.
      comments: { legal: true },
    });
    const files = new Map<string, string>();
    const modules = new Set<string>();
    for (const item of output) {
      if (item.type !== 'chunk') throw refusal(`rolldown made the asset ${item.fileName}; only code is expected.`);
      files.set(item.fileName, item.code);
      for (const id of item.moduleIds) modules.add(id);
    }
    for (const [name, text] of files) complaints.push(...(await remainingImports(name, text, files, request.kind)));
    if (complaints.length > 0) throw refusal(complaints.slice(0, 5).join('; '));
    return { files: new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1))), modules: [...modules].sort() };
  } finally {
    await build.close();
  }
}

function codeSplitting({ chunks, kind, together = [] }: BundleRequest): boolean | CodeSplittingOptions {
  if (!(chunks ?? kind === 'program')) return false;
  const groups = together.map((path, index) => ({
    name: 'chunk',
    test: (id: string) => id === path,
    priority: together.length - index,
  }));
  return groups.length === 0 ? true : { groups };
}

/** Reads the output again with a parser: what it really imports is what counts, not what the bundler meant. */
async function remainingImports(
  name: string,
  text: string,
  files: ReadonlyMap<string, string>,
  kind: 'plugin' | 'program',
): Promise<string[]> {
  const { parseSync } = await import('rolldown/utils');
  const { module, errors } = parseSync(name, text, { lang: 'js', sourceType: 'module' });
  if (errors.length > 0) return [`${name} does not parse: ${errors[0]?.message}`];
  const dynamic = module.dynamicImports.map((entry) => text.slice(entry.moduleRequest.start, entry.moduleRequest.end));
  const static_ = module.staticImports.map((entry) => entry.moduleRequest.value);
  const reexported = module.staticExports.flatMap((entry) => entry.entries.map((item) => item.moduleRequest?.value));
  if (kind === 'plugin') {
    const found = [...static_, ...reexported.filter((value) => value !== undefined), ...dynamic];
    if (module.importMetas.length > 0) found.push('import.meta');
    return found.map((specifier) => `${name} still imports ${specifier}`);
  }
  const literal = dynamic.flatMap((source) => /^['"](.+)['"]$/.exec(source)?.[1] ?? []);
  return [...static_, ...literal]
    .filter((specifier) => !isBuiltin(specifier) && !ABSENT_ON_PURPOSE.has(specifier))
    .filter((specifier) => !(specifier.startsWith('./') && files.has(specifier.slice(2))))
    .map((specifier) => `${name} still imports ${specifier}`);
}

function refusal(message: string): HyperSyncError {
  return new HyperSyncError('HS-1708', `Cannot bundle: ${message}`);
}

/** The part of a workspace's package.json that builds read. */
export interface SourcePackage {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly license?: string;
}

export function readSourcePackage(directory: string): SourcePackage {
  const path = join(directory, 'package.json');
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as SourcePackage;
  } catch (cause) {
    throw new HyperSyncError('HS-1713', `${path} cannot be read as a package: ${(cause as Error).message}`, { cause });
  }
}
