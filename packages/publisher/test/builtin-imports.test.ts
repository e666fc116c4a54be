import { describe, expect, it } from 'vitest';
import { takeBuiltinsDirectly } from '../src/build/builtin-imports.ts';

const direct = (code: string) => takeBuiltinsDirectly('x.mjs', code);
const take = (name: string): string => `globalThis.process.getBuiltinModule("${name}")`;

describe('imports of Node’s own modules', () => {
  it.each([
    ["import fs from 'node:fs';", `const fs = ${take('node:fs')};`],
    ["import * as path from 'path';", `const path = ${take('path')};`],
    ["import { join, sep as s } from 'node:path';", `const { join, sep: s } = ${take('node:path')};`],
    ["import { default as os } from 'node:os';", `const os = ${take('node:os')};`],
    ["import e, { once } from 'events';", `const e = ${take('events')};\nconst { once } = ${take('events')};`],
    ['const u = f(__require("util"), 1);', `const u = f(${take('util')}, 1);`],
  ])('%s', async (before, after) => {
    expect(await direct(`${before}\nmore();`)).toBe(`${after}\nmore();`);
  });

  it.each([
    "import 'node:fs';",
    "import { x } from './chunk.mjs';",
    "import x from 'kerberos';",
    "const y = await import('node:fs');",
    'const k = __require("kerberos");',
    'const said = \'__require("util")\';',
  ])('%s stays', async (code) => {
    expect(await direct(code)).toBe(code);
  });

  it('give the same values, also when several stand in one file', async () => {
    const code = "import { sep } from 'node:path';\nimport os, { EOL } from 'node:os';\nexport { sep, EOL, os };";
    const load = (text: string): Promise<object> => import(`data:text/javascript,${encodeURIComponent(text)}`);
    const text = await direct(code);
    expect(text).not.toContain('import');
    expect({ ...(await load(text)) }).toEqual({ ...(await load(code)) });
  });
});
