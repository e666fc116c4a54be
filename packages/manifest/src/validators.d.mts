import type { ValidateFunction } from 'ajv';
import type { SchemaId } from './documents.ts';

export declare const VALIDATORS: Readonly<Record<SchemaId, ValidateFunction>>;
