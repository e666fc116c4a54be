import { gzipSync } from 'node:zlib';
import { LIMITS } from '@hypersync/base';
import { nodeFileSystem, type FileSystem } from '@hypersync/store';
import { pluginFiles, soloPluginSource } from '@hypersync/testkit';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { archive, END, member, type Member } from '../../installer/test/archives.ts';
import type { AttackCase, AttackRow, Bench } from './bench.ts';

const RAFT = '@hypersync/mechanism-raft';
/** The files of the attacker's plugin: signed, listed, and as honest as any. What is hostile is the archive. */
const FILES = pluginFiles('raft', '1.1.0', soloPluginSource('raft', '1.1.0'));
const GOOD: readonly Buffer[] = [...FILES].map(([path, body]) => member({ path: `package/${path}`, body }));

/** A release whose raft is this archive; digest, bundle and manifest were all made for it. */
async function release({ vendor }: Bench, tarball: Uint8Array, files = FILES): Promise<void> {
  await vendor.addPlugin('raft', '1.1.0', { tarball, files });
  vendor.publish();
}

/** `saying` names the protection that has to refuse: the signed list alone would refuse every extra file. */
function hostile(label: string, tarball: () => Uint8Array, saying: RegExp): AttackCase {
  return { label, arrange: (bench) => release(bench, tarball()), expected: 'HS-1604', saying };
}

const beside =
  (...members: Buffer[]): (() => Uint8Array) =>
  () =>
    archive(...GOOD, ...members);
const named = (path: string, saying = /is not a path that a package may have/): AttackCase =>
  hostile(
    JSON.stringify(path.length > 80 ? `${path.slice(0, 20)}…` : path),
    beside(member({ path, body: 'x' })),
    saying,
  );

/** A member of a type that `tar` has a letter for. */
const typed = (letter: string, path: string, linkpath?: string): Buffer =>
  member({
    path,
    ...(linkpath === undefined ? {} : { linkpath }),
    edit: (header) => void header.write(letter, 156, 'latin1'),
  });
const link = (label: string, letter: '1' | '2', target: string, path = 'package/x'): AttackCase =>
  hostile(label, beside(typed(letter, path, target)), letter === '2' ? /SymbolicLink/ : /Link/);

/** A PAX record and the file that it would rename or resize. */
function extended(
  label: string,
  record: string,
  { letter = 'x', saying = /extended headers|PaxHeader|GlobalExt/ }: { letter?: string; saying?: RegExp } = {},
): AttackCase {
  const body = `${record.length + 4} ${record}\n`;
  const header = member({ path: 'package/PaxHeader', body, edit: (bytes) => void bytes.write(letter, 156, 'latin1') });
  return hostile(label, beside(header, member({ path: 'package/y', body: 'x' })), saying);
}

const sized = (label: string, size: Buffer): AttackCase =>
  hostile(label, beside(member({ path: 'package/x', body: 'x', edit: (header) => void size.copy(header, 124) })), /./);

const pair = (first: string, second: string): AttackCase =>
  hostile(
    `${JSON.stringify(first)} and ${JSON.stringify(second)}`,
    beside(member({ path: first, body: 'x' }), member({ path: second, body: 'y' })),
    /collides with|stands twice/,
  );

function cut(label: string, edit: (whole: Buffer) => Uint8Array): AttackCase {
  return hostile(label, () => edit(Buffer.from(archive(...GOOD))), /./);
}

const withBit = (at: (length: number) => number) => (whole: Buffer) => {
  const index = at(whole.length);
  whole[index] = (whole[index] ?? 0) ^ 1;
  return whole;
};

const plain = Buffer.concat([...GOOD, END]);

/** Plants a link where the installer is about to write, after it has looked and before it opens. */
function raced(outside: string): FileSystem {
  let planted = false;
  return {
    ...nodeFileSystem,
    writeFile: (path, bytes, mode) => {
      if (!planted && path.endsWith('/plugin.mjs')) {
        planted = true;
        symlinkSync(join(outside, 'taken.mjs'), path);
      }
      nodeFileSystem.writeFile(path, bytes, mode);
    },
  };
}

/** D3: the archive itself. Every case is a validly signed release; only its tarball is hostile. */
export const ARCHIVE_ROWS: readonly AttackRow[] = [
  {
    id: 'X01',
    name: 'absolute and climbing paths',
    cases: [
      ...[
        '/etc/passwd',
        'package/../x',
        'package/a/../../b',
        '../package/x',
        'other/x',
        'package/./x',
        'package//x',
      ].map((path) => named(path)),
      {
        label: 'such a path in the signed list',
        arrange: ({ vendor }) =>
          vendor.publish({
            manifest: (manifest) => ({
              ...manifest,
              plugins: manifest.plugins.map((plugin) => ({
                ...plugin,
                files: plugin.files.map((file) => ({ ...file, path: `../${file.path}` })),
              })),
            }),
          }),
        expected: 'HS-1210',
      },
    ],
  },
  {
    id: 'X02',
    name: 'any link',
    cases: [
      link('a symbolic link within the package', '2', 'plugin.mjs'),
      link('a symbolic link out of it', '2', '../../x'),
      link('a hard link within the package', '1', 'package/plugin.mjs'),
      hostile(
        'a plain file that carries a target',
        beside(member({ path: 'package/x', linkpath: '/etc/passwd' })),
        /link/,
      ),
    ],
  },
  { id: 'X03', name: 'a hard link to an absolute path', cases: [link('/etc/passwd', '1', '/etc/passwd')] },
  { id: 'X04', name: 'a hard link that climbs', cases: [link('../../x', '1', '../../x')] },
  {
    id: 'X05',
    name: 'paths of other systems',
    cases: [
      'package/C:../x',
      'package/c:..\\x',
      'C:/package/x',
      'package/\\\\host\\x',
      'package/\\\\?\\x',
      'package/con|x',
    ].map((path) => named(path)),
  },
  {
    id: 'X06',
    name: 'through a linked folder',
    cases: [
      hostile(
        'a link, then a file below it',
        beside(typed('2', 'package/b', '/tmp'), member({ path: 'package/b/x', body: 'x' })),
        /SymbolicLink/,
      ),
      hostile(
        'a chain of links',
        beside(typed('2', 'package/a', 'b'), typed('2', 'package/b', '..'), member({ path: 'package/a/x', body: 'x' })),
        /SymbolicLink/,
      ),
    ],
  },
  {
    id: 'X07',
    name: 'a folder that turns into a link',
    cases: [
      hostile(
        'the same name twice',
        beside(member({ path: 'package/lib/', type: 'Directory' }), typed('2', 'package/lib', '/tmp')),
        /SymbolicLink/,
      ),
    ],
  },
  {
    id: 'X08',
    name: 'names that some disk takes for one',
    cases: [
      pair('package/Other.mjs', 'package/other.mjs'),
      pair('package/A/x', 'package/a/y'),
      pair('package/a', 'package/a/b'),
      pair('package/\u00e9', 'package/e\u0301'),
      pair('package/\ufb00', 'package/ff'),
      pair('package/\u00c9', 'package/\u00e9'),
      ...['package/PLUGIN~1.MJS', 'package/trailing.', 'package/trailing '].map((path) => named(path)),
    ],
  },
  {
    id: 'X09',
    name: 'a link planted between look and open',
    cases: [
      {
        label: 'in place of a file that is being unpacked',
        arrange: (bench) => {
          const outside = join(bench.folder, 'outside');
          mkdirSync(outside);
          bench.useRealDisk();
          bench.host.overrides = { ...bench.host.overrides, fs: raced(outside) };
        },
        expected: 'HS-1508',
        check: ({ folder }) => {
          const names = readdirSync(join(folder, 'outside'));
          if (names.length > 0) throw new Error(`written outside the root: ${names.join(', ')}`);
        },
      },
    ],
  },
  {
    id: 'X10',
    name: 'a size smuggled in by an extended header',
    cases: [
      extended('PAX size, the true one', 'size=1'),
      extended('PAX size, longer than the archive', 'size=1000000', { saying: /Truncated|extended headers/ }),
      extended('PAX size for all that follows', 'size=1', { letter: 'g' }),
      hostile(
        'x, then L, then a file',
        beside(
          member({
            path: 'package/PaxHeader',
            body: '16 size=1000000\n',
            edit: (header) => void header.write('x', 156, 'latin1'),
          }),
          member({
            path: 'package/long',
            body: 'package/other-name',
            edit: (header) => void header.write('L', 156, 'latin1'),
          }),
          member({ path: 'package/y', body: 'x' }),
        ),
        /./,
      ),
    ],
  },
  { id: 'X11', name: 'NUL in a PAX path', cases: [extended('a\\0b', 'path=package/a\0b')] },
  { id: 'X12', name: 'a PAX path that looks like a number', cases: [extended('12345', 'path=12345')] },
  {
    id: 'X13',
    name: 'sizes that are none',
    cases: [
      sized('base-256, negative', Buffer.alloc(12, 0xff)),
      sized('base-256, huge', Buffer.concat([Buffer.from([0x80, 0, 0, 0, 0x7f]), Buffer.alloc(7, 0xff)])),
      sized('octal, huge', Buffer.from('77777777777\0')),
      sized('octal, negative', Buffer.from('-0000000001\0')),
    ],
  },
  {
    id: 'X14',
    name: 'bombs',
    cases: [
      hostile('by ratio', () => gzipSync(Buffer.alloc(LIMITS.unpackRatio * 200_000)), /./),
      hostile('by one file of zeros', beside(member({ path: 'package/x', body: Buffer.alloc(20 * 1024 * 1024) })), /./),
      hostile(
        'by number of files',
        () => archive(...Array.from({ length: LIMITS.archiveEntries + 1 }, (_, i) => member({ path: `package/${i}` }))),
        /more than \d+ entries/,
      ),
    ],
  },
  {
    id: 'X15',
    name: 'depth bombs',
    cases: [
      named(`package/${'d/'.repeat(LIMITS.archiveDepth)}x`),
      extended('a path of a megabyte', `path=package/${'d/'.repeat(500_000)}x`, { saying: /unpacks to more than/ }),
    ],
  },
  {
    id: 'X16',
    name: 'what is no file',
    cases: [
      ...(
        [
          ['a character device', '3', /CharacterDevice/],
          ['a block device', '4', /BlockDevice/],
          ['a FIFO', '6', /FIFO/],
          ['a contiguous file', '7', /ContiguousFile/],
          ['a sparse file', 'S', /OldGnuSparseFile|SparseFile/],
          ['an unknown type', 'Z', /./],
        ] as const
      ).map(([label, letter, saying]) => hostile(label, beside(typed(letter, 'package/x')), saying)),
      {
        label: 'setuid, world-writable and of somebody else: what lands is neither',
        arrange: (bench) => {
          const odd = { mode: 0o6777, uid: 1234 } satisfies Partial<Member>;
          return release(
            bench,
            archive(...[...FILES].map(([path, body]) => member({ path: `package/${path}`, body, ...odd }))),
          );
        },
        expected: 'accepted',
        check: ({ fs, root, vendor }) => {
          const digest = vendor.artifacts.get(`${RAFT}@1.1.0`)?.entry.tarball.sha512 ?? '';
          const tree = fs.readDirectory(`${root}/store`).find((name) => name.includes(digest));
          const mode = fs.stat(`${root}/store/${tree}/plugin.mjs`)?.mode ?? 0;
          if ((mode & 0o7022) !== 0 || mode === 0) throw new Error(`plugin.mjs has mode ${mode.toString(8)}`);
        },
      },
    ],
  },
  { id: 'X17', name: 'the same path twice', cases: [pair('package/same', 'package/same')] },
  {
    id: 'X18',
    name: 'damage and company',
    cases: [
      cut('a byte after the end of gzip', (whole) => Buffer.concat([whole, Buffer.from('x')])),
      cut('a second gzip member', (whole) => Buffer.concat([whole, whole])),
      cut('an empty second member', (whole) => Buffer.concat([whole, gzipSync('')])),
      cut(
        'a wrong CRC',
        withBit((length) => length - 5),
      ),
      cut(
        'a wrong length',
        withBit((length) => length - 1),
      ),
      cut('truncated gzip', (whole) => whole.subarray(0, whole.length - 20)),
      hostile('truncated tar', () => gzipSync(plain.subarray(0, 700)), /./),
      hostile('no end of archive', () => gzipSync(Buffer.concat(GOOD)), /bytes after its end|./),
      hostile('data after the end', () => gzipSync(Buffer.concat([plain, Buffer.from('hidden')])), /./),
      hostile('a second archive after the end', () => gzipSync(Buffer.concat([plain, ...GOOD])), /bytes after its end/),
      hostile('gzip in gzip', () => gzipSync(gzipSync(plain)), /first entry is not below package/),
      hostile('a wrong header checksum', beside(member({ path: 'package/x', badChecksum: true })), /checksum/),
      hostile('no gzip at all', () => plain, /./),
      hostile('an empty archive', () => gzipSync(END), /./),
    ],
  },
  {
    id: 'X19',
    name: 'files that are not the signed ones',
    cases: [
      hostile('one too many', beside(member({ path: 'package/lib/x.js', body: 'x' })), /is not in the signed list/),
      hostile('one missing', () => archive(...GOOD.slice(1)), /is signed but missing/),
      hostile(
        'one changed',
        () =>
          archive(
            ...[...FILES].map(([path, body]) =>
              member({ path: `package/${path}`, body: path === 'plugin.mjs' ? 'export default 1;' : body }),
            ),
          ),
        /has other bytes than the signed list says/,
      ),
    ],
  },
];
