import { gzipSync } from 'node:zlib';
import { LIMITS } from '@hypersync/base';
import { Parser } from 'tar';
import { describe, expect, it } from 'vitest';
import { unpackArtifact, unpackTarball } from '@hypersync/installer';
import { archive, END, entryFor, GOOD, member, packageJson, type Member } from './archives.ts';

const good = GOOD.map(member);
const refused = (bytes: Uint8Array, name: string, code = 'HS-1604') =>
  expect(() => unpackTarball(bytes, 'x'), name).toThrow(expect.objectContaining({ code, exitCode: 80 }) as Error);
const file = (path: string): Member => ({ path, body: 'x' });

describe('an honest archive', () => {
  it('gives the files of the signed list, without the leading folder', () => {
    const tarball = archive(...good);
    const files = unpackArtifact(tarball, entryFor(GOOD, tarball));
    expect([...files.keys()].sort()).toEqual(['empty', 'lib/deep.mjs', 'package.json', 'plugin.mjs']);
    expect(Buffer.from(files.get('plugin.mjs') ?? []).toString()).toBe('export default 1;');
  });

  it('may have folders, odd modes and foreign owners: they do not matter (X16)', () => {
    const tarball = archive(
      member({ path: 'package/', type: 'Directory' }),
      member({ path: 'package/lib/', type: 'Directory', mode: 0o7777 }),
      ...GOOD.map((one) => member({ ...one, mode: 0o6777, uid: 1234 })),
    );
    expect(unpackArtifact(tarball, entryFor(GOOD, tarball)).size).toBe(4);
  });
});

describe('archives that are refused as a whole', () => {
  it.each([
    'package/../x',
    '/etc/passwd',
    'package/a/../../b',
    'other/x',
    'package',
    '../package/x',
    'package//x',
    'package/./x', // X01
    'package/C:../x',
    'package/c:..\\x',
    'package/\\\\host\\x',
    'package/\\\\?\\x',
    'C:/package/x', // X05
    'package/a\u0001b',
    'package/con|x',
    'package/trailing.',
    'package/trailing ',
    'package/PLUGIN~1.MJS',
    `package/${'d/'.repeat(LIMITS.archiveDepth)}x`, // X15
  ])('X01 X05 X11 X15: a file called %j', (path) => {
    refused(archive(...good, member(file(path))), path);
  });

  it.each([
    ['SymbolicLink', 'package/plugin.mjs'],
    ['SymbolicLink', '/etc/passwd'],
    ['SymbolicLink', '../../x'],
    ['Link', 'package/plugin.mjs'],
    ['Link', '/etc/passwd'],
    ['Link', '../../x'],
    ['CharacterDevice', ''],
    ['BlockDevice', ''],
    ['FIFO', ''],
    ['ContiguousFile', ''],
    ['OldGnuSparseFile', ''],
  ])('X02 X03 X04 X06 X16: a %s to %j', (type, linkpath) => {
    const codes: Record<string, string> = {
      SymbolicLink: '2',
      Link: '1',
      CharacterDevice: '3',
      BlockDevice: '4',
      FIFO: '6',
      ContiguousFile: '7',
      OldGnuSparseFile: 'S',
    };
    const edit = (header: Buffer): void => void header.write(codes[type] ?? 'Z', 156, 'latin1');
    const bytes = archive(...good, member({ path: 'package/x', linkpath, edit }));
    refused(bytes, type);
    if (type !== 'SymbolicLink' && type !== 'Link') expect(() => unpackTarball(bytes, 'x'), type).toThrow('is of type');
  });

  it('X02: a plain file that carries a link target', () => {
    refused(archive(...good, member({ path: 'package/x', linkpath: '/etc/passwd' })), 'linkpath');
  });

  it('X06 X07: a folder and then a link of the same name, and a file below it', () => {
    const link = member({
      path: 'package/lib',
      linkpath: '/tmp',
      edit: (header) => void header.write('2', 156, 'latin1'),
    });
    refused(
      archive(member(GOOD[0] as Member), member({ path: 'package/lib/', type: 'Directory' }), link),
      'folder, link',
    );
    refused(archive(member(GOOD[0] as Member), link, member(file('package/lib/x'))), 'link, file');
  });

  it.each([
    ['package/Plugin.mjs', 'package/plugin.mjs'],
    ['package/\u00e9', 'package/e\u0301'],
    ['package/\ufb00', 'package/ff'],
    ['package/a', 'package/a/b'],
    ['package/a/b', 'package/a'],
    ['package/A/x', 'package/a/y'],
    ['package/same', 'package/same'],
  ])('X08 X17: %j beside %j', (first, second) => {
    refused(archive(member(GOOD[0] as Member), member(file(first)), member(file(second))), first);
  });

  it('X10 X11 X12: extended headers of any kind', () => {
    const pax = (record: string, type = 'x') =>
      member({ path: 'package/PaxHeader', body: record, edit: (header) => void header.write(type, 156, 'latin1') });
    const extended = (bytes: Uint8Array, name: string) => {
      refused(bytes, name);
      // A size that is not there is found by the parser before; everything else is refused for being an extension.
      if (!name.startsWith('size')) expect(() => unpackTarball(bytes, 'x'), name).toThrow('extended headers');
    };
    const record = (text: string): string => {
      const length = text.length + 4;
      return `${length} ${text}\n`;
    };
    for (const text of ['size=1000000', 'path=package/a\0b', 'path=12345', 'path=../../x', 'linkpath=/x']) {
      extended(archive(...good, pax(record(text)), member(file('package/y'))), text);
      extended(archive(...good, pax(record(text), 'g'), member(file('package/y'))), text);
    }
    extended(archive(...good, pax('package/long-name', 'L'), member(file('package/y'))), 'GNU long name');
    extended(archive(...good, pax('package/long-link', 'K'), member(file('package/y'))), 'GNU long link');
  });

  it('X13: negative, huge and unreadable sizes', () => {
    const sized = (size: Buffer) =>
      archive(...good, member({ ...file('package/x'), edit: (header) => void size.copy(header, 124) }));
    refused(sized(Buffer.alloc(12, 0xff)), 'base-256 negative');
    refused(sized(Buffer.concat([Buffer.from([0x80, 0, 0, 0, 0x7f]), Buffer.alloc(7, 0xff)])), 'base-256 huge');
    refused(sized(Buffer.from('77777777777\0')), 'octal huge');
    refused(sized(Buffer.from('-0000000001\0')), 'octal negative');
  });

  it('X14: bombs by ratio, by size and by number', () => {
    refused(gzipSync(Buffer.alloc(LIMITS.unpackRatio * 200_000)), 'ratio');
    refused(
      gzipSync(Buffer.concat([member({ path: 'package/x', body: Buffer.alloc(20 * 1024 * 1024) }), END])),
      'zeros',
    );
    const many = Array.from({ length: LIMITS.archiveEntries + 1 }, (_, i) => member({ path: `package/${i}` }));
    refused(archive(...many), 'entries');
  });

  it('X18: trailing data, a second member, bad checksums, truncation, anything else', () => {
    const whole = archive(...good);
    const plain = Buffer.concat([...good, END]);
    const flipped = (at: number): Buffer => {
      const copy = Buffer.from(whole);
      copy[at] = (copy[at] ?? 0) ^ 1;
      return copy;
    };
    refused(Buffer.concat([whole, Buffer.from('x')]), 'a byte after gzip');
    refused(Buffer.concat([whole, whole]), 'second member');
    refused(Buffer.concat([whole, gzipSync('')]), 'empty second member');
    refused(flipped(whole.length - 5), 'CRC');
    refused(flipped(whole.length - 1), 'length');
    refused(flipped(3), 'header flags');
    refused(whole.subarray(0, whole.length - 20), 'truncated gzip');
    refused(gzipSync(plain.subarray(0, 700)), 'truncated tar');
    refused(gzipSync(Buffer.concat(good)), 'no end');
    refused(gzipSync(Buffer.concat([plain, Buffer.from('hidden')])), 'data after the end');
    refused(gzipSync(Buffer.concat([plain, ...good])), 'a second archive');
    refused(gzipSync(gzipSync(plain)), 'gzip in gzip');
    refused(archive(member({ ...file('package/x'), badChecksum: true })), 'header checksum');
    refused(plain, 'not gzip');
    refused(new Uint8Array(), 'nothing');
    refused(gzipSync(''), 'empty');
    refused(gzipSync(END), 'an empty archive');
    expect(() => unpackTarball(Buffer.alloc(LIMITS.tarballBytes + 1), 'x')).toThrow(
      `more than ${LIMITS.tarballBytes} bytes`,
    );
  });
});

describe('an archive is read as every other reader reads it', () => {
  it('X18: no bytes behind the end of a file', () => {
    const padded = Buffer.from(member(file('package/x')));
    padded[padded.length - 1] = 1;
    refused(archive(...good, padded), 'padding');
    expect(() => unpackTarball(archive(...good, padded), 'x')).toThrow('there are bytes behind the end');
  });

  it('X13: a folder has no size', () => {
    const folder = member({
      path: 'package/lib/',
      type: 'Directory',
      edit: (header) => void header.write('00000001000\0', 124, 'latin1'),
    });
    const bytes = archive(member(GOOD[0] as Member), folder, member(file('package/hidden')));
    expect(() => unpackTarball(bytes, 'x')).toThrow('carries data');
  });

  it('whatever one byte of a header says: refused, or just what the library itself reads', () => {
    const outcomes = { refused: 0, same: 0 };
    for (let at = 0; at < 512; at++) {
      for (const value of [0, 0x20, 0x2f, 0x31, 0x35, 0x67, 0x78, 0xff]) {
        const odd = member({ path: 'package/b/c', body: 'content', edit: (header) => void (header[at] = value) });
        const whole = Buffer.concat([member(GOOD[0] as Member), odd, END]);
        let ours: string[];
        try {
          ours = listing(unpackTarball(gzipSync(whole), 'x'));
        } catch {
          outcomes.refused++;
          continue;
        }
        expect(ours, `byte ${at} is ${value}`).toEqual(libraryListing(whole));
        outcomes.same++;
      }
    }
    expect(outcomes.refused).toBeGreaterThan(100);
    expect(outcomes.same).toBeGreaterThan(500);
  });
});

const listing = (files: ReadonlyMap<string, Uint8Array>): string[] =>
  [...files].map(([path, bytes]) => `package/${path} ${Buffer.from(bytes).toString()}`);

function libraryListing(archive: Buffer): string[] {
  const found: string[] = [];
  const parser = new Parser({
    onReadEntry: (entry) => {
      let body = '';
      entry.on('data', (chunk) => (body += chunk.toString()));
      entry.on('end', () => entry.type !== 'Directory' && found.push(`${entry.path} ${body}`));
    },
  });
  parser.end(archive);
  return found;
}

describe('files that are not the signed ones (X19)', () => {
  const attempt = (files: readonly Member[]) => {
    const tarball = archive(...files.map(member));
    return () => unpackArtifact(tarball, entryFor(GOOD, tarball));
  };
  it.each([
    ['extra', [...GOOD, file('package/lib/x.js')]],
    ['missing', GOOD.slice(0, -1)],
    ['changed', [...GOOD.slice(0, 2), { path: 'package/plugin.mjs', body: 'export default 2;' }, ...GOOD.slice(3)]],
  ])('%s', (_name, files) => {
    expect(attempt(files)).toThrow(expect.objectContaining({ code: 'HS-1604' }) as Error);
  });
});

describe('a package.json that says something else than the manifest', () => {
  it.each([
    ['N16 another name', { name: '@hypersync/evil' }],
    ['N16 another version', { version: '9.9.9' }],
    ['N27 a program', { bin: { x: '../../../etc/x' } }],
    ['N28 a program as text', { bin: './x' }],
    ['N29 a script', { scripts: { preinstall: 'x' } }],
    ['N29 prepare', { scripts: { prepare: 'x' } }],
    ['N29 node-gyp', { gypfile: true }],
    ['N30 a dependency', { dependencies: { x: 'git+ssh://evil/x' } }],
    ['N30 optional', { optionalDependencies: { x: 'http://evil/x.tgz' } }],
  ])('%s', (_name, extra) => {
    const files = [{ path: 'package/package.json', body: packageJson(extra) }, ...GOOD.slice(1)];
    const tarball = archive(...files.map(member));
    expect(() => unpackArtifact(tarball, entryFor(files, tarball))).toThrow(
      expect.objectContaining({ code: 'HS-1613', exitCode: 80 }) as Error,
    );
  });

  it('may have scripts for its developers and empty fields', () => {
    const extra = { scripts: { test: 'vitest' }, dependencies: {}, bin: {} };
    const files = [{ path: 'package/package.json', body: packageJson(extra) }, ...GOOD.slice(1)];
    const tarball = archive(...files.map(member));
    expect(unpackArtifact(tarball, entryFor(files, tarball)).size).toBe(4);
  });
});
