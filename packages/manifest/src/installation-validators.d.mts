import type { ValidateFunction } from 'ajv';
import type { InstallationDocuments } from './documents.ts';

export declare const INSTALLATION_VALIDATORS: Readonly<Record<keyof InstallationDocuments, ValidateFunction>>;
