/** A credential that never prints: its text comes out only through `reveal`. */
export interface Secret {
  reveal(): string;
  toString(): '[secret]';
  toJSON(): '[secret]';
}

/** First line of a file, trimmed; refuses empty files and files over the limit (HS-1404). */
export async function readSecretFile(_path: string): Promise<Secret> {
  throw new Error('not written yet');
}
