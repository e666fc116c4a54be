// `npm run docs`: writes every generated page and removes pages of codes that are gone.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedPages } from './src/index.ts';

const room = fileURLToPath(new URL('.', import.meta.url));
const pages = generatedPages();
for (const [path, text] of pages) {
  mkdirSync(dirname(join(room, path)), { recursive: true });
  writeFileSync(join(room, path), text);
}
for (const name of readdirSync(join(room, 'errors'))) {
  if (!pages.has(`errors/${name}`)) rmSync(join(room, 'errors', name));
}
process.stdout.write(`docs: ${pages.size} pages are current\n`);
