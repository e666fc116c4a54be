import { HyperSyncError, isHyperSyncError } from '@hypersync/base';
import { tierName, type RevocationList } from '@hypersync/manifest';
import { loadGeneration, type Store, type VerifiedGeneration } from '@hypersync/store';
import { openStoredCatalog } from '@hypersync/trust';
import { anchorOf, notePending, type Context } from '../context.ts';
import { refuseQuarantined } from '../quarantine.ts';
import { runSelfTest } from '../self-test.ts';

/** Every byte and signature of a generation, and what admitted each plugin. Reads only; needs no license, no network. */
export async function verify(context: Context, generation: number | null): Promise<number> {
  notePending(context);
  const verified = await verifyGeneration(context, generation);
  const { lock, manifest } = verified;
  const plugins = [...verified.plugins].map(([id, { entry, evidence, files }]) => ({
    id,
    name: entry.name,
    version: entry.version,
    sha512: entry.tarball.sha512,
    files: files.size,
    interfaceVersion: entry.interfaceVersion,
    evidence,
  }));
  const runtime = {
    name: lock.runtime.name,
    version: lock.runtime.version,
    sha512: lock.runtime.sha512,
    evidence: lock.runtime.evidence,
  };
  const result = {
    schemaVersion: 1,
    kind: 'verify',
    ok: true,
    generation: verified.id,
    tier: lock.tier,
    manifest: { ...lock.manifest, issued: manifest.issued },
    license: lock.license,
    runtime,
    plugins,
  } as const;
  const lines = plugins.map(
    ({ name, version, evidence }) =>
      `  ${name} ${version}: key ${evidence.keys.join(', ')}${evidence.provenance === null ? '' : `, built by ${evidence.provenance.builder} from ${evidence.provenance.source}`}`,
  );
  const head = `Generation ${verified.id} is what ${tierName(lock.tier)} release ${lock.manifest.release} (role ${lock.manifest.role} ${lock.manifest.roleVersion}) signed; every file was hashed.`;
  const last = `  ${runtime.name} ${runtime.version}: key ${runtime.evidence.keys.join(', ')}`;
  context.report.result(result, [head, ...lines, last].join('\n'));
  return 0;
}

/** Verify, then the runtime's self-test on this machine. */
export async function validate(context: Context): Promise<number> {
  notePending(context);
  const verified = await verifyGeneration(context, null);
  const selfTest = await runSelfTest(context, verified.manifest.runtime.entry);
  const { lock, id } = verified;
  context.report.result(
    {
      schemaVersion: 1,
      kind: 'validate',
      ok: true,
      generation: id,
      tier: lock.tier,
      release: lock.manifest.release,
      selfTest,
    },
    `Generation ${id} is ${context.report.style.green('valid')}: ${verified.plugins.size} plugins verified, and the runtime decided with each in ${selfTest.milliseconds} ms.`,
  );
  return 0;
}

/** Throws where the generation is not what was signed, or holds what the newest known revocations quarantine. */
export async function verifyGeneration(context: Context, generation: number | null): Promise<VerifiedGeneration> {
  const { environment, settings, store } = context;
  const anchor = anchorOf(context);
  const id = generation ?? store.state().current;
  const release = held(store, id);
  try {
    const chosen = generation === null ? {} : { generation };
    const verified = await loadGeneration({ root: settings.root, anchor, fs: environment.fs, ...chosen });
    const newest = await newestRevocations(context);
    for (const { entry } of verified.plugins.values()) refuseQuarantined(entry, newest ?? verified.revocations);
    refuseQuarantined(verified.manifest.runtime, newest ?? verified.revocations);
    return verified;
  } finally {
    release();
  }
}

/** Held while it is read, so that `gc` in another terminal cannot take it away underneath. */
function held(store: Store, id: number | null): () => void {
  if (id === null || !store.state().generations.some((one) => one.id === id)) return () => {};
  try {
    return store.use(id);
  } catch (thrown) {
    // Who may only read the installation may not be able to hold it; what `gc` removes meanwhile shows as missing.
    if (isHyperSyncError(thrown)) throw thrown;
    return () => {};
  }
}

/** What any later refresh on this host learned, verified from the anchor like everything else; null where it cannot be. */
async function newestRevocations(context: Context): Promise<RevocationList | null> {
  const { environment, store } = context;
  const folder = `${store.root}/trust`;
  const files = new Map<string, Uint8Array>();
  try {
    for (const name of environment.fs.readDirectory(folder)) {
      if (!name.startsWith('.') && name !== 'accepted.json')
        files.set(name, environment.fs.readFile(`${folder}/${name}`, 1 << 23));
    }
    return (await openStoredCatalog({ anchor: anchorOf(context), files })).revocations;
  } catch {
    return null;
  }
}

export function generationNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new HyperSyncError('HS-1002', `${JSON.stringify(text.slice(0, 40))} is not the number of a generation.`);
}
