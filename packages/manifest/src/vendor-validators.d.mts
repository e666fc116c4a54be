import type { ValidateFunction } from 'ajv';
import type { InstallationDocuments, SchemaId } from './documents.ts';

export declare const VENDOR_VALIDATORS: Readonly<
  Record<Exclude<SchemaId, keyof InstallationDocuments>, ValidateFunction>
>;
