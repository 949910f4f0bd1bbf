/** Opens a file of mode 0600, which is made if there is none. */
export function openPrivate(path: string): Deno.FsFile {
  createPrivate(path);
  return Deno.openSync(path, { write: true });
}

/**
 * Makes an empty file of mode 0600, or gives that mode to the one there is. It
 * never opens one that exists: closing it would end all locks that SQLite has on
 * it in this process (https://sqlite.org/howtocorrupt.html, section 2.2).
 */
export function createPrivate(path: string): void {
  try {
    const options = { write: true, createNew: true, mode: 0o600 };
    Deno.openSync(path, options).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    const { mode } = Deno.statSync(path);
    if (mode !== null && (mode & 0o077) !== 0) Deno.chmodSync(path, 0o600);
  }
}
