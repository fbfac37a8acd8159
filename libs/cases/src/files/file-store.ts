/** Where files of appeals are kept: whole under a name of ours (letters, digits, `-` and `/`), written once, never changed. */
export abstract class FileStore {
  /** Keeps bytes under a name that nothing has been kept under. Throws not_available when the store cannot be reached or refuses. */
  abstract put(name: string, content: Buffer): Promise<void>;
  /** Null: nothing is kept under the name. Throws not_available. */
  abstract get(name: string): Promise<Buffer | null>;
  /** Removes what an interrupted writing left; nothing is kept under the name afterwards. */
  abstract remove(name: string): Promise<void>;
}
