import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOMS, type Room } from './rooms.ts';
import { filesBelow, importsOf, read, ROOT } from './source-files.ts';

const byName = new Map(ROOMS.map((room) => [room.name, room]));

/** `@scope/pkg/deep` and `pkg/deep` to the package's name. */
function packageName(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

function complaint(room: Room, path: string, specifier: string): string | null {
  if (specifier.startsWith('.')) {
    const target = relative(ROOT, resolve(ROOT, dirname(path), specifier));
    return target.startsWith(`${room.path}/`) ? null : `${path} reaches into ${target}`;
  }
  if (specifier.startsWith('node:'))
    return room.pure ? `${path} imports ${specifier}, but ${room.path} must be pure` : null;
  const name = packageName(specifier);
  const other = byName.get(name);
  if (other === undefined) {
    return room.libraries.includes(name) ? null : `${path} imports the library ${name}, which ${room.path} may not`;
  }
  const short = name.replace('@hypersync/', '');
  if (!room.imports.includes(short)) return `${path} imports ${name}, which ${room.path} may not`;
  return specifier === name || offers(other, specifier) ? null : `${path} imports inside ${name}: ${specifier}`;
}

/** Entries beside the main one count where package.json names them; data rooms offer their files. */
function offers(room: Room, specifier: string): boolean {
  const { exports } = JSON.parse(read(`${room.path}/package.json`)) as { exports?: Record<string, string> };
  const entry = `.${specifier.slice(room.name.length)}`;
  return Object.keys(exports ?? {}).some((offered) => offered === entry || offered === './*');
}

const sources = (room: Room): string[] =>
  existsSync(join(ROOT, room.path, 'src'))
    ? filesBelow(`${room.path}/src`, (path) => /\.(ts|mts|js|mjs)$/.test(path))
    : [];

describe('the import rule (DESIGN 3)', () => {
  it.each(ROOMS.map((room) => [room.path, room] as const))('%s imports only what its row allows', (_path, room) => {
    const complaints = sources(room).flatMap((path) =>
      importsOf(path).map((specifier) => complaint(room, path, specifier)),
    );
    expect(complaints.filter((text) => text !== null)).toEqual([]);
  });

  it('sees a forbidden import', () => {
    const host = byName.get('@hypersync/host');
    const raft = byName.get('@hypersync/mechanism-raft');
    if (host === undefined || raft === undefined) throw new Error('the table lost a room');
    expect(complaint(host, 'packages/host/src/x.ts', '@hypersync/mechanism-raft')).toContain('may not');
    expect(complaint(host, 'packages/host/src/x.ts', '@hypersync/store/src/journal.ts')).toContain('inside');
    expect(complaint(host, 'packages/host/src/x.ts', '../../store/src/store.ts')).toContain('reaches into');
    expect(complaint(raft, 'packages/mechanisms/raft/src/x.ts', 'node:fs')).toContain('pure');
    expect(complaint(raft, 'packages/mechanisms/raft/src/x.ts', 'left-pad')).toContain('library');
  });

  it('lets a room import only rooms of lower levels', () => {
    const upward = ROOMS.flatMap((room) =>
      room.imports
        .map((short) => byName.get(`@hypersync/${short}`))
        .filter((other) => other !== undefined && other.level >= room.level)
        .map((other) => `${room.path} -> ${other?.path}`),
    );
    expect(upward).toEqual([]);
  });

  it('names every package of the workspace', () => {
    const packages = filesBelow('.', (path) => path.endsWith('/package.json'))
      .map((path) => dirname(path))
      .filter((path) => path !== '.' && !/^(test|deployment|packages\/examples)(\/|$)/.test(path));
    expect(packages.filter((path) => !ROOMS.some((room) => room.path === path))).toEqual([]);
  });

  it('keeps package.json in step: each dependency is allowed, each import is declared', () => {
    const complaints: string[] = [];
    for (const room of ROOMS) {
      const manifest = JSON.parse(read(`${room.path}/package.json`)) as {
        dependencies?: Record<string, string>;
        peerDependencies?: Record<string, string>;
      };
      const declared = [...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.peerDependencies ?? {})];
      for (const name of declared) {
        const ok = byName.has(name)
          ? room.imports.includes(name.replace('@hypersync/', ''))
          : room.libraries.includes(name);
        if (!ok) complaints.push(`${room.path}/package.json declares ${name}`);
      }
      for (const path of sources(room)) {
        for (const specifier of importsOf(path)) {
          if (specifier.startsWith('.') || specifier.startsWith('node:')) continue;
          if (!declared.includes(packageName(specifier)))
            complaints.push(`${path} imports ${specifier}, which package.json does not declare`);
        }
      }
    }
    expect(complaints).toEqual([]);
  });
});

describe('every room', () => {
  it.each(ROOMS.map((room) => room.path))('%s has a README', (path) => {
    expect(existsSync(join(ROOT, path, 'README.md'))).toBe(true);
  });
  it.each(ROOMS.filter((room) => room.path.startsWith('packages/mechanisms/')).map((room) => room.path))(
    '%s adopts the compliance suite',
    (path) => {
      expect(read(`${path}/test/compliance.test.ts`)).toContain('mechanismCompliance(');
    },
  );
});
