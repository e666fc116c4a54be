import { realpathSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, relative, sep } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { HyperSyncError } from '@hypersync/base';
import { rolldown, type OutputChunk, type Plugin } from 'rolldown';
import { parseSync } from 'rolldown/utils';

/** One file of a bundle, and the source files that went into it (absolute paths). */
export interface BundledFile {
  readonly name: string;
  readonly code: string;
  readonly modules: readonly string[];
}

export interface BundleRequest {
  /** Names errors: a package or program. */
  readonly what: string;
  /** Output name without extension to entry file. */
  readonly entries: Readonly<Record<string, string>>;
  /** Common folder of the sources. Part of the input: the bundler writes paths relative to it into comments. */
  readonly root: string;
  /** `plugin`: no import of any kind may remain. `program`: imports of Node's own modules and of the bundle's chunks may. */
  readonly kind: 'plugin' | 'program';
  /** One file per entry, or shared and lazily loaded code in chunks of its own. */
  readonly chunks: boolean;
  readonly transforms?: readonly Plugin[];
  /** Modules that a program may fail to find at run time (optional dependencies of its dependencies). */
  readonly external?: readonly string[];
}

/** Same sources, same bytes, whatever the current folder, time zone or machine. Throws HS-1707 and HS-1708. */
export async function bundleCode(request: BundleRequest): Promise<readonly BundledFile[]> {
  const chunks = await bundle(request);
  const names = new Set(chunks.map((chunk) => chunk.fileName));
  for (const chunk of chunks) checkImports(request, chunk, names);
  return chunks.map(({ fileName, code, moduleIds }) => ({ name: fileName, code, modules: moduleIds }));
}

async function bundle(request: BundleRequest): Promise<readonly OutputChunk[]> {
  const root = realpathSync(request.root);
  try {
    const build = await rolldown({
      input: { ...request.entries },
      cwd: root,
      platform: request.kind === 'plugin' ? 'neutral' : 'node',
      tsconfig: false,
      // What stays external is judged in the output, once unused code is gone.
      external: [/^node:/, ...(request.external ?? [])],
      plugins: [...(request.transforms ?? [])],
      onLog: () => {},
    });
    try {
      const { output } = await build.generate({
        format: 'esm',
        codeSplitting: request.chunks,
        entryFileNames: '[name].mjs',
        chunkFileNames: 'chunks/[name]-[hash].mjs',
        comments: { legal: false },
      });
      return output.filter((file): file is OutputChunk => file.type === 'chunk');
    } finally {
      await build.close();
    }
  } catch (cause) {
    if (cause instanceof HyperSyncError) throw cause;
    const message = stripVTControlCharacters(cause instanceof Error ? cause.message : String(cause));
    throw new HyperSyncError('HS-1707', `${request.what}: ${message.slice(0, 2000)}`, { cause });
  }
}

/** The bundler only warns of what it cannot resolve, so the finished text is parsed and its imports are judged. */
function checkImports(request: BundleRequest, chunk: OutputChunk, names: ReadonlySet<string>): void {
  const { module, errors } = parseSync(chunk.fileName, chunk.code);
  const refuse = (problem: string): HyperSyncError =>
    new HyperSyncError('HS-1708', `${request.what}: ${chunk.fileName} ${problem}.`);
  if (errors.length > 0) throw refuse(`does not parse: ${errors[0]?.message}`);
  const imported = [
    ...module.staticImports.map((item) => item.moduleRequest.value),
    ...module.staticExports.flatMap((item) => item.entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
  ];
  if (request.kind === 'plugin') {
    if (imported.length > 0) throw refuse(`imports ${imported.join(', ')}`);
    if (module.dynamicImports.length > 0) throw refuse('uses import()');
    if (module.importMetas.length > 0) throw refuse('uses import.meta');
    return;
  }
  for (const name of imported) if (!isAllowed(name, names, request.external)) throw refuse(`imports ${name}`);
  for (const { moduleRequest } of module.dynamicImports) {
    const text = chunk.code.slice(moduleRequest.start, moduleRequest.end);
    const name = /^(["'`])([^"'`$]+)\1$/.exec(text)?.[2];
    // A computed import() cannot be judged; a literal one can.
    if (name !== undefined && !isAllowed(name, names, request.external)) throw refuse(`imports ${name} dynamically`);
  }
}

function isAllowed(name: string, chunks: ReadonlySet<string>, external: readonly string[] = []): boolean {
  if (name.startsWith('node:') || builtinModules.includes(name) || external.includes(name)) return true;
  return name.startsWith('.') && [...chunks].some((chunk) => basename(chunk) === basename(name));
}

/** A source file as the bundle's comments and SBOM name it: relative, with `/`. */
export function sourceName(root: string, path: string): string {
  return relative(realpathSync(root), path).split(sep).join('/');
}
