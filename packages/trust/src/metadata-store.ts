/** Where TUF files come from. Paths are relative to the repository, e.g. `metadata/2.root.json`, `targets/pro/<sha512>.manifest.json`. */
export interface MetadataSource {
  /** At most `maxBytes`, else HS-1008; null when the source says that there is no such file; other failures throw HS-14xx. */
  fetch(path: string, maxBytes: number): Promise<Uint8Array | null>;
}

/** What a client remembers between runs. Names are flat file names. `write` is atomic and durable. */
export interface MetadataStore {
  read(name: string): Promise<Uint8Array | null>;
  write(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
}

export function memoryMetadataStore(): MetadataStore {
  const files = new Map<string, Uint8Array>();
  return {
    read: async (name) => files.get(name) ?? null,
    write: async (name, bytes) => void files.set(name, bytes.slice()),
    remove: async (name) => void files.delete(name),
  };
}
