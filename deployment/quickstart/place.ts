import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CHECKOUT } from './programs.ts';

/** Everything that the quick start makes lies in one folder of the checkout; each run begins with an empty one. */
export const PLACE = join(CHECKOUT, '.quickstart');
const PID_FILE = join(PLACE, 'registry.pid');

export function freshPlace(): void {
  stopKeptRegistry();
  if (existsSync(PLACE)) {
    openFolders(PLACE);
    rmSync(PLACE, { recursive: true, force: true });
  }
  mkdirSync(PLACE, { mode: 0o700 });
}

/** Installed trees are read-only; whoever is not root cannot delete from a folder without the right to write in it. */
function openFolders(path: string): void {
  const stat = lstatSync(path);
  if (!stat.isDirectory()) return;
  chmodSync(path, 0o700);
  for (const name of readdirSync(path)) openFolders(join(path, name));
}

/** A registry that an earlier `--keep` left running: stopped by its number, if that is still the same program. */
export function stopKeptRegistry(): boolean {
  if (!existsSync(PID_FILE)) return false;
  const pid = Number(readFileSync(PID_FILE, 'utf8'));
  rmSync(PID_FILE);
  try {
    const proc = `/proc/${pid}/cmdline`;
    if (existsSync('/proc/self') && !(existsSync(proc) && readFileSync(proc, 'utf8').includes('registry/src/main.ts')))
      return false;
    process.kill(pid, 'SIGTERM');
    return true;
  } catch {
    return false; // it ended by itself
  }
}

export function keepRegistry(pid: number): void {
  writeFileSync(PID_FILE, String(pid));
}

/** A port that is free now. The registry's address goes into the installer, so it is chosen first. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  return port;
}
