/** @file The entitled server over a published tree, and what keeps that tree sound: fsck and backup. Holds no key. */
export {
  createRegistryServer,
  type RegistryLogger,
  type RegistryServer,
  type RegistryServerOptions,
} from './server.ts';
export { fsck, type Fault, type FsckReport } from './fsck.ts';
export { backup, type BackupReport } from './backup.ts';
export { runProgram, type ProgramEnvironment } from './program.ts';
