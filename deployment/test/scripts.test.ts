import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const scripts = fileURLToPath(new URL('..', import.meta.url));
let box = '';

beforeEach(() => {
  box = mkdtempSync(join(tmpdir(), 'hypersync deploy '));
  mkdirSync(join(box, 'etc'));
  writeFileSync(join(box, 'etc', 'node.yaml'), 'consensus: {}\n');
  writeFileSync(join(box, 'license.jwt'), 'x.y.z\n');
  // Stands in for hyper-install: writes down how it was called and ends as the test says.
  writeFileSync(
    join(box, 'hyper-install'),
    `#!/bin/sh\nprintf '%s\\n' "$*" >> '${box}/calls'\nexit "\${FAKE_EXIT:-0}"\n`,
  );
  chmodSync(join(box, 'hyper-install'), 0o755);
});
afterEach(() => rmSync(box, { recursive: true, force: true }));

function run(script: string, args: readonly string[], env: Record<string, string> = {}) {
  const common = ['--root', join(box, 'root'), '--installer', join(box, 'hyper-install')];
  const result = spawnSync('sh', [join(scripts, script), ...args, ...common], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  const calls = existsSync(join(box, 'calls')) ? readFileSync(join(box, 'calls'), 'utf8').trim().split('\n') : [];
  return { status: result.status, text: result.stderr, calls: calls.map((call) => call.replaceAll(box, 'BOX')) };
}

const backups = (): string[] => {
  const folder = join(box, 'root', 'config-backups');
  return existsSync(folder) ? readdirSync(folder) : [];
};

describe('deploy.sh', () => {
  it('installs the tier, then validates', () => {
    const { status, calls } = run('deploy.sh', [
      '--tier',
      'QM Venture',
      '--license',
      join(box, 'license.jwt'),
      '--config-dir',
      join(box, 'etc'),
    ]);
    expect(status).toBe(0);
    expect(calls).toEqual(['--tier QM Venture --root BOX/root --license BOX/license.jwt', 'validate --root BOX/root']);
  });

  it('hands a bundle for hosts without a network on, if it can be read', () => {
    const bundle = join(box, 'core.tgz');
    expect(run('deploy.sh', ['--tier', 'CORE', '--offline', bundle])).toMatchObject({ status: 78, calls: [] });
    writeFileSync(bundle, '');
    expect(run('deploy.sh', ['--tier', 'CORE', '--offline', bundle])).toMatchObject({
      status: 0,
      calls: ['--tier CORE --root BOX/root --offline BOX/core.tgz', 'validate --root BOX/root'],
    });
  });

  it('keeps the configuration first, readable for nobody else', () => {
    run('deploy.sh', ['--tier', 'CORE', '--config-dir', join(box, 'etc')]);
    const [backup] = backups();
    const path = join(box, 'root', 'config-backups', backup ?? 'none');
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(execFileSync('tar', ['-xzOf', path, './node.yaml'], { encoding: 'utf8' })).toBe('consensus: {}\n');
  });

  it('changes nothing in a dry run', () => {
    const { status, calls } = run('deploy.sh', ['--tier', 'PRO', '--config-dir', join(box, 'etc'), '--dry-run']);
    expect(status).toBe(0);
    expect(calls).toEqual(['plan --tier PRO --root BOX/root']);
    expect(backups()).toEqual([]);
  });

  it('ends with the exit code of hyper-install and validates nothing then', () => {
    const { status, calls } = run('deploy.sh', ['--tier', 'Advanced'], { FAKE_EXIT: '77' });
    expect(status).toBe(77);
    expect(calls).toHaveLength(1);
  });

  it.each([
    [[], 64, 'which tier'],
    [['--tier'], 64, '--tier'],
    [['--teir', 'PRO'], 64, "unknown option '--teir'"],
    [['--tier', 'PRO', '--license', '/no/such/file'], 78, 'cannot read the license'],
    [['--tier', 'PRO', '--to', '3'], 64, "unknown option '--to'"],
  ])('refuses %j', (args, code, words) => {
    const { status, text, calls } = run('deploy.sh', args);
    expect(calls).toEqual([]);
    expect(status).toBe(code);
    expect(text).toContain(words);
    expect(text).toContain('next:');
  });
});

describe('validate.sh', () => {
  it('validates; in a dry run it verifies only', () => {
    expect(run('validate.sh', []).calls).toEqual(['validate --root BOX/root']);
    expect(run('validate.sh', ['--dry-run']).calls.at(-1)).toBe('verify --root BOX/root');
  });
});

describe('rollback.sh', () => {
  it('goes back, then validates, and keeps the configuration', () => {
    const { calls } = run('rollback.sh', ['--to', '3', '--config-dir', join(box, 'etc')]);
    expect(calls).toEqual(['rollback --to 3 --root BOX/root', 'validate --root BOX/root']);
    expect(backups()).toHaveLength(1);
  });
  it('chooses the previous generation by itself', () => {
    expect(run('rollback.sh', ['--config-dir', join(box, 'etc')]).calls[0]).toBe('rollback --root BOX/root');
  });
  it('refuses a generation that is no number', () => {
    expect(run('rollback.sh', ['--to', 'last'])).toMatchObject({ status: 64, calls: [] });
  });
});

const shellcheck = spawnSync('shellcheck', ['--version']).status === 0;
it.skipIf(!shellcheck)('the scripts are shellcheck-clean (needs the Debian package shellcheck)', () => {
  const files = ['common.sh', 'deploy.sh', 'validate.sh', 'rollback.sh'].map((name) => join('deployment', name));
  const result = spawnSync('shellcheck', ['-x', ...files], { cwd: join(scripts, '..'), encoding: 'utf8' });
  expect(result.stdout).toBe('');
});
