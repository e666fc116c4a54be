import { HyperSyncError, LIMITS, parseJson, type JsonValue } from '@hypersync/base';
import type { ArtifactEntry, LockedArtifact, PackageRule } from '@hypersync/manifest';
import { refusing } from './refusal.ts';

/** in-toto Attestation Framework v1: https://in-toto.io/Statement/v1. */
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
/** SLSA v1 provenance: https://slsa.dev/spec/v1.0/provenance. */
export const PREDICATE_TYPE = 'https://slsa.dev/provenance/v1';

/** Package URL of an npm package, the subject's name: `pkg:npm/%40scope/name@1.2.3`. */
export function packageUrl(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/**
 * A DSSE bundle says nothing of the artifact at hand: subject, digest and types are compared here, exactly. `rule`:
 * whose builder and source the provenance has to match; null where provenance is not demanded. Throws HS-1216, HS-1217.
 */
export function checkStatement(
  entry: ArtifactEntry,
  payload: Uint8Array,
  rule: Pick<PackageRule, 'builder' | 'source'> | null,
): LockedArtifact['evidence']['provenance'] {
  const what = `The statement on ${entry.name}@${entry.version}`;
  const statement = refusing('HS-1216', what, () =>
    parseJson(payload, { maxBytes: LIMITS.bundleBytes, maxDepth: LIMITS.manifestDepth, source: what }),
  );
  expectSame(member(statement, '_type'), STATEMENT_TYPE, `${what}: _type`, 'HS-1216');
  expectSame(member(statement, 'predicateType'), PREDICATE_TYPE, `${what}: predicateType`, 'HS-1216');
  const subjects = member(statement, 'subject');
  if (!Array.isArray(subjects) || subjects.length !== 1) {
    throw new HyperSyncError('HS-1216', `${what} has not exactly one subject.`);
  }
  const subject = subjects[0] as JsonValue;
  expectSame(member(subject, 'name'), packageUrl(entry.name, entry.version), `${what}: subject name`, 'HS-1216');
  expectSame(member(subject, 'digest', 'sha512'), entry.tarball.sha512, `${what}: subject digest`, 'HS-1216');
  if (rule === null) return null;
  const builder = member(statement, 'predicate', 'runDetails', 'builder', 'id');
  const source = member(statement, 'predicate', 'buildDefinition', 'externalParameters', 'source', 'uri');
  expectSame(builder, rule.builder, `${what}: builder`, 'HS-1217');
  expectSame(source, rule.source, `${what}: source`, 'HS-1217');
  return { builder: rule.builder, source: rule.source };
}

function expectSame(actual: JsonValue | undefined, expected: string, what: string, code: 'HS-1216' | 'HS-1217'): void {
  if (actual === expected) return;
  const shown = typeof actual === 'string' ? JSON.stringify(actual.slice(0, 140)) : 'absent or not a text';
  throw new HyperSyncError(code, `${what} is ${shown}, expected ${JSON.stringify(expected)}.`, {
    details: { expected, actual: typeof actual === 'string' ? actual.slice(0, 500) : null },
  });
}

/** Own members only, so that no prototype answers. */
function member(value: JsonValue | undefined, ...path: string[]): JsonValue | undefined {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || Array.isArray(current) || !Object.hasOwn(current, key))
      return undefined;
    current = (current as { readonly [key: string]: JsonValue | undefined })[key];
  }
  return current;
}
