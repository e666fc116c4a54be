import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { filesBelow, read, ROOT } from './source-files.ts';

/** DESIGN 3: the visible top level is fixed by the client. */
const TOP_LEVEL = [
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'deployment',
  'installer',
  'manifests',
  'package-lock.json',
  'package.json',
  'packages',
  'registry',
  'schemas',
  'test',
  'tsconfig.json',
];

const code = (path: string): boolean => /\.(ts|mjs|js)$/.test(path) && !path.endsWith('.d.ts');
const ROOTS = ['packages', 'registry', 'installer', 'deployment', 'test', 'manifests', 'schemas'];
const generated = (path: string): boolean => /^\/[/*] Generated /.test(read(path));
const allCode = ROOTS.flatMap((root) => filesBelow(root, code));

describe('the house', () => {
  it('has the top level that the client fixed', () => {
    const visible = readdirSync(ROOT).filter(
      (name) => !name.startsWith('.') && name !== 'node_modules' && name !== 'coverage',
    );
    expect(visible.sort()).toEqual(TOP_LEVEL);
  });

  it('runs its tests on the Node that the lock file brings', () => {
    const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];
    expect(major > 24 || (major === 24 && minor >= 15), process.version).toBe(true);
  });

  it('keeps files at 400 lines or below', () => {
    const long = allCode.filter(
      (path) => !/(^|\/)test\//.test(path) && !generated(path) && read(path).split('\n').length > 401,
    );
    expect(long).toEqual([]);
  });

  it('has no dumping grounds', () => {
    expect(allCode.filter((path) => /\/(utils?|helpers?|misc|common)\.ts$/.test(path))).toEqual([]);
  });

  it('skips no test and leaves no reminder behind', () => {
    // Put together from halves, so that this file is no finding of its own.
    const banned = [
      new RegExp(
        String.raw`\b(it|test|describe)\.(${['sk', 'ip'].join('')}|${['to', 'do'].join('')}|${['on', 'ly'].join('')})\b`,
      ),
      new RegExp(String.raw`\b(${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')}|${['X', 'XX'].join('')})\b`),
      new RegExp(['not written', ' yet'].join('')),
    ];
    const hits = allCode.flatMap((path) =>
      read(path)
        .split('\n')
        .map((line, index) => ({ line, where: `${path}:${index + 1}` }))
        .filter(({ line }) => banned.some((pattern) => pattern.test(line))),
    );
    expect(hits).toEqual([]);
  });

  it('names no registry host in the lock file, and runs no install script', () => {
    const lock = read('package-lock.json');
    expect(lock.match(/"resolved": "https?:[^"]*"/g)).toBeNull();
    expect(read('.npmrc')).toContain('omit-lockfile-registry-resolved=true');
  });

  it('marks every program as executable', () => {
    const staged = execFileSync('git', ['ls-files', '--stage', '--', '*/src/main.ts', 'deployment/*.sh'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    const plain = staged
      .split('\n')
      .filter((line) => line.startsWith('100644'))
      .map((line) => line.split('\t')[1] ?? '')
      .filter((path) => read(path).startsWith('#!'));
    expect(plain).toEqual([]);
  });
});
