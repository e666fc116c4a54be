import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPlugin, buildRuntime } from '../src/build/artifact.ts';
import { bundle } from '../src/build/bundle.ts';
import { packTarball } from '../src/build/tarball.ts';

let box = '';
const checkouts: string[] = [];

/** A checkout in small: one plugin that uses a shared room, and a runtime with an anchor and a lazy chunk. */
function makeCheckout(folder: string): string {
  const write = (path: string, text: string): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write('LICENSE', 'license text\n');
  write(
    'node_modules/kit/package.json',
    '{"name":"kit","version":"2.0.0","license":"MIT","type":"module","exports":"./index.js"}',
  );
  write('node_modules/kit/index.js', 'export const kit = (x) => x + 1;\nexport const unused = 7;\n');
  write(
    'plugin/package.json',
    '{"name":"@hypersync/mechanism-toy","version":"1.0.0","license":"Apache-2.0","type":"module"}',
  );
  write('plugin/README.md', '# toy\n');
  write(
    'plugin/src/index.ts',
    "import { kit } from 'kit';\nconst descriptor = { id: 'toy', version: 'unset', interfaceVersion: '1.0.0' } as const;\nexport default { descriptor, create: (n: number) => kit(n) };\n",
  );
  write(
    'host/package.json',
    '{"name":"@hypersync/host","version":"0.3.0","type":"module","hypersync":{"kind":"runtime","entries":{"runtime":"src/main.ts","worker":"src/worker.ts"}}}',
  );
  write('host/README.md', '# host\n');
  write('host/src/anchor.ts', 'export const anchor: { vendor: string } | null = null;\n');
  write(
    'host/src/main.ts',
    "import { anchor } from './anchor.ts';\nconsole.log(anchor?.vendor);\nconst { late } = await import('./late.ts');\nlate();\n",
  );
  write(
    'host/src/late.ts',
    "import { readFileSync } from 'node:fs';\nexport const late = (): number => readFileSync('/dev/null').length;\n",
  );
  write('host/src/worker.ts', 'postMessage(1);\n');
  return folder;
}

beforeAll(() => {
  box = mkdtempSync(join(tmpdir(), 'hypersync-build-'));
  checkouts.push(makeCheckout(join(box, 'one')));
  cpSync(join(box, 'one'), join(box, 'another place'), { recursive: true });
  checkouts.push(join(box, 'another place'));
});
afterAll(() => rmSync(box, { recursive: true, force: true }));

const [FIRST, SECOND] = [0, 1].map((index) => () => checkouts[index] ?? '') as [() => string, () => string];
const plugin = (checkout: string, version?: string) =>
  buildPlugin({ checkout, directory: join(checkout, 'plugin'), ...(version === undefined ? {} : { version }) });
const runtime = (checkout: string) =>
  buildRuntime({
    checkout,
    directory: join(checkout, 'host'),
    name: '@hypersync/runtime',
    interfaceRange: '^1.0.0',
    anchor: '{"vendor":"Acme"}',
  });

/** File contents of a tarball, by a reader that is not the one that wrote it. */
function untar(bytes: Uint8Array): Map<string, { text: string; mode: string; mtime: string; uid: string }> {
  const raw = gunzipSync(bytes);
  const files = new Map<string, { text: string; mode: string; mtime: string; uid: string }>();
  const field = (at: number, from: number, length: number): string =>
    raw
      .toString('latin1', at + from, at + from + length)
      .replace(/\0.*$/s, '')
      .trim();
  for (let at = 0; raw[at] !== 0;) {
    const size = Number.parseInt(field(at, 124, 12), 8);
    files.set(field(at, 0, 100), {
      text: raw.toString('utf8', at + 512, at + 512 + size),
      mode: field(at, 100, 8),
      uid: field(at, 108, 8),
      mtime: field(at, 136, 12),
    });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

describe('a plugin', () => {
  it('has the same bytes from two folders', async () => {
    expect((await plugin(FIRST())).sha512).toBe((await plugin(SECOND())).sha512);
  });

  it('is one self-contained file with its papers, no scripts and no dependencies', async () => {
    const built = await plugin(FIRST());
    const files = untar(built.tarball);
    expect([...files.keys()]).toEqual(
      ['LICENSE', 'README.md', 'descriptor.json', 'package.json', 'plugin.mjs', 'sbom.cdx.json'].map(
        (name) => `package/${name}`,
      ),
    );
    expect(built.files.map((file) => `package/${file.path}`)).toEqual([...files.keys()]);
    expect(files.get('package/plugin.mjs')?.text).not.toMatch(/\bimport\b/);
    expect(Object.keys(JSON.parse(files.get('package/package.json')?.text ?? '') as object)).not.toEqual(
      expect.arrayContaining(['scripts']),
    );
    for (const file of files.values()) expect(file).toMatchObject({ mode: '000644', uid: '', mtime: '' });
  });

  it('lists what went in, and only that', async () => {
    const sbom = JSON.parse(untar((await plugin(FIRST())).tarball).get('package/sbom.cdx.json')?.text ?? '') as {
      components: { purl: string }[];
    };
    expect(sbom.components.map((entry) => entry.purl)).toEqual(['pkg:npm/kit@2.0.0']);
  });

  it('carries the version that was asked for, in package.json and descriptor alike', async () => {
    const built = await plugin(FIRST(), '1.4.0');
    const files = untar(built.tarball);
    expect(built).toMatchObject({
      name: '@hypersync/mechanism-toy',
      version: '1.4.0',
      mechanism: 'toy',
      interface: '1.0.0',
    });
    expect(JSON.parse(files.get('package/descriptor.json')?.text ?? '')).toMatchObject({ id: 'toy', version: '1.4.0' });
    expect(JSON.parse(files.get('package/package.json')?.text ?? '')).toMatchObject({ version: '1.4.0' });
  });

  it.each([
    ['a module of Node', "import 'node:fs';", 'node:fs'],
    ['a package that is not there', "import { x } from 'nowhere'; console.log(x);", 'nowhere'],
    ['a computed import', 'const y = String(1); await import(y);', 'still imports'],
    ['its own place on disk', 'console.log(import.meta.url);', 'import.meta'],
  ])('is refused with %s', async (_name, line, words) => {
    const checkout = makeCheckout(mkdtempSync(join(box, 'bad-')));
    writeFileSync(join(checkout, 'plugin/src/index.ts'), `${line}\nexport default { descriptor: { id: 'toy' } };\n`);
    await expect(plugin(checkout)).rejects.toMatchObject({ code: 'HS-1708', message: expect.stringContaining(words) });
  });

  it('is refused under the name of another mechanism', async () => {
    const checkout = makeCheckout(mkdtempSync(join(box, 'bad-')));
    writeFileSync(join(checkout, 'plugin/package.json'), '{"name":"@hypersync/mechanism-other","version":"1.0.0"}');
    await expect(plugin(checkout)).rejects.toMatchObject({ code: 'HS-1713' });
  });
});

it('an archive never cuts a name off', async () => {
  await expect(packTarball(new Map([[`${'a'.repeat(128)}.json`, new Uint8Array(1)]]))).rejects.toMatchObject({
    code: 'HS-1707',
  });
});

describe('the runtime', () => {
  it('has the same bytes from two folders, its entries, and a chunk for what it loads late', async () => {
    const [one, two] = [await runtime(FIRST()), await runtime(SECOND())];
    expect(one.sha512).toBe(two.sha512);
    const code = one.files.map((file) => file.path).filter((path) => path.endsWith('.mjs'));
    expect(code).toEqual([expect.stringMatching(/^chunk-.+\.mjs$/), 'runtime.mjs', 'worker.mjs']);
    const texts = [...untar(one.tarball)].filter(([path]) => path.endsWith('.mjs')).map(([, file]) => file.text);
    expect(texts.join('\n')).not.toMatch(/from ['"]node:/);
  });

  it('bundles what is evaluated from its text into one file each', async () => {
    const checkout = makeCheckout(mkdtempSync(join(box, 'alone-')));
    const path = join(checkout, 'host/package.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"entries"', '"selfContained":["worker"],"entries"'));
    writeFileSync(join(checkout, 'host/src/worker.ts'), "import { late } from './late.ts';\nlate();\n");
    const worker = untar((await runtime(checkout)).tarball).get('package/worker.mjs')?.text ?? '';
    expect(worker).toContain('readFileSync');
    expect(worker).not.toContain('./chunk-');
  });

  it('has the vendor’s anchor compiled in, in place of the empty one', async () => {
    const text = [...untar((await runtime(FIRST())).tarball).values()].map((file) => file.text).join('\n');
    expect(text).toMatch(/vendor"?: ?["`]Acme["`]/);
  });
});

describe('what is loaded late but whole', () => {
  const write = (folder: string, files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  };
  /** Two commands that share a library and a helper: left alone, each set of sharers is a chunk. */
  const make = async (together: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    const folder = mkdtempSync(join(box, 'together-'));
    write(folder, {
      'main.js': "import './common.js';\nconst name = process.argv[2];\nif (name) await import('./run.js');\n",
      'common.js': 'globalThis.common = 1;\n',
      'run.js':
        "import { lib } from './lib.js';\nimport { help } from './help.js';\nlib(help);\nawait import('./rare.js');\n",
      'rare.js':
        "import { help } from './help.js';\nimport { lib } from './lib.js';\nimport { far } from './far.js';\nlib(help, far);\nawait import('./rarer.js');\n",
      'rarer.js': "import { far } from './far.js';\nimport { help } from './help.js';\nhelp(far);\n",
      'lib.js': 'export const lib = (...all) => console.log("the lib", all.length);\n',
      'help.js': 'export const help = (x) => console.log("the help", x);\n',
      'far.js': 'export const far = () => "the far";\n',
    });
    const paths = together.map((name) => join(folder, name));
    const request = {
      checkout: folder,
      entries: { main: join(folder, 'main.js') },
      replace: new Map<string, string>(),
    };
    return (await bundle({ ...request, kind: 'program', together: paths })).files;
  };
  const fileWith = (files: ReadonlyMap<string, string>, text: string): string | undefined =>
    [...files].find(([, code]) => code.includes(text))?.[0];

  it('is one chunk with all that it imports, and what it loads late itself is not in it', async () => {
    const files = await make(['run.js']);
    const chunk = fileWith(files, 'the lib');
    expect(fileWith(files, 'the help')).toBe(chunk);
    expect(fileWith(files, 'the far')).not.toBe(chunk);
    expect(fileWith(files, 'globalThis.common')).toBe('main.mjs');
  });

  it('has what an earlier one of the list holds from there', async () => {
    const files = await make(['help.js', 'run.js']);
    expect(fileWith(files, 'the help')).not.toBe(fileWith(files, 'the lib'));
  });
});
