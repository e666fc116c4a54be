import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any;
}

/** A real process, to its end. */
export async function run(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<Run> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  let json: unknown = null;
  try {
    json = JSON.parse(stdout);
  } catch {
    // Text.
  }
  return { code, stdout, stderr, json };
}

/** A vendor with everything published, its registry running, and its installer bundle; all by the real programs. */
export class Vendor {
  readonly folder = mkdtempSync(join(tmpdir(), 'hypersync e2e '));
  #server: ChildProcess | null = null;
  address = '';

  static async create(): Promise<Vendor> {
    const vendor = new Vendor();
    writeFileSync(vendor.path('pass'), 'a passphrase for one test run\n', { mode: 0o600 });
    vendor.address = `http://127.0.0.1:${await freePort()}`;
    await vendor.publish('init', '--vendor', 'End to End', '--registry', vendor.address);
    await vendor.publish('build');
    await vendor.publish('publish');
    await vendor.publish('installer', '--out', vendor.folder);
    await vendor.#serve();
    return vendor;
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  async publish(...args: string[]): Promise<Run> {
    const program = join(CHECKOUT, 'packages/publisher/src/main.ts');
    const done = await run(process.execPath, [
      program,
      ...args,
      '-w',
      this.path('vendor'),
      '--passphrase-file',
      this.path('pass'),
    ]);
    if (done.code !== 0) throw new Error(`hyper-publish ${args.join(' ')} ended with ${done.code}:\n${done.stderr}`);
    return done;
  }

  async license(tier: string): Promise<string> {
    const file = this.path(`${tier}.jwt`);
    await this.publish('license', 'issue', '--customer', 'Customer', '--tier', tier, '--out', file);
    return file;
  }

  /** The vendor's bundle, with JSON output, on one host. */
  install(root: string, ...args: string[]): Promise<Run> {
    const bundle = this.path('hyper-install', 'hyper-install.mjs');
    return run(process.execPath, [bundle, ...args, '--root', this.path(root), '--output', 'json']);
  }

  runtime(root: string, ...args: string[]): Promise<Run> {
    return run(process.execPath, [this.path(root, 'current/runtime/runtime.mjs'), ...args, '--output', 'json']);
  }

  async #serve(): Promise<void> {
    const args = [
      'serve',
      '--tree',
      this.path('vendor', 'tree'),
      '--port',
      new URL(this.address).port,
      '--log-level',
      'silent',
    ];
    const server = spawn(process.execPath, [join(CHECKOUT, 'registry/src/main.ts'), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#server = server;
    await once(server.stdout, 'data');
  }

  /** No registry any more; who still knocks at its door is counted. */
  async withoutNetwork<T>(body: () => Promise<T>): Promise<{ readonly result: T; readonly knocks: number }> {
    await this.#stop();
    let knocks = 0;
    const door = createServer((socket) => {
      knocks++;
      socket.destroy();
    });
    door.listen(Number(new URL(this.address).port), '127.0.0.1');
    await once(door, 'listening');
    try {
      const result = await body();
      return { result, knocks };
    } finally {
      door.close();
      await once(door, 'close');
      await this.#serve();
    }
  }

  async #stop(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    server.kill();
    await once(server, 'close');
  }

  async close(): Promise<void> {
    await this.#stop();
    openFolders(this.folder);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Installed trees are read-only folders, which only root may delete as they are. */
function openFolders(path: string): void {
  if (!lstatSync(path).isDirectory()) return;
  chmodSync(path, 0o700);
  for (const name of readdirSync(path)) openFolders(join(path, name));
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
