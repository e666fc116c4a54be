/** @file Documents that are derived from data, so that no fact stands in two places. */
export { generatedPages } from './generated-pages.ts';
