import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'rolldown/utils';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const SKIP = new Set(['node_modules', 'dist', 'coverage', 'fixtures', '.git', '.quickstart']);

/** Paths relative to the checkout, sorted, of all files below `folder` that `accept` wants. */
export function filesBelow(folder: string, accept: (path: string) => boolean): string[] {
  const found: string[] = [];
  const walk = (directory: string): void => {
    for (const name of readdirSync(directory)) {
      if (SKIP.has(name)) continue;
      const path = join(directory, name);
      if (statSync(path).isDirectory()) walk(path);
      else if (accept(path)) found.push(relative(ROOT, path));
    }
  };
  walk(join(ROOT, folder));
  return found.sort();
}

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Every module specifier of a file: static imports and re-exports, and dynamic imports of a literal. */
export function importsOf(path: string): string[] {
  const { module, program } = parseSync(path, read(path), { lang: 'ts', sourceType: 'module' });
  const specifiers = new Set(module.staticImports.map((entry) => entry.moduleRequest.value));
  for (const statement of program.body) {
    if (
      (statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportAllDeclaration') &&
      statement.source
    ) {
      specifiers.add(statement.source.value);
    }
  }
  for (const entry of module.dynamicImports) {
    const literal = read(path).slice(entry.moduleRequest.start, entry.moduleRequest.end);
    const match = /^['"](.+)['"]$/.exec(literal);
    if (match?.[1] !== undefined) specifiers.add(match[1]);
  }
  return [...specifiers];
}
