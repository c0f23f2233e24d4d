import { closeSync, existsSync, fdatasync, fdatasyncSync, openSync } from "node:fs";

/**
 * The write-ahead log of a database file. SQLite writes it and leaves bringing it to the disk to us: its own fsync would
 * hold up the thread that everything runs on. A database in memory has none.
 */
export class WalFile {
  readonly #fd: number | null;

  /** To be opened after SQLite has, and closed before: both mean the same file as long as it lives. */
  constructor(databasePath: string) {
    const path = `${databasePath}-wal`;
    // Systems that flush a file for writers only want it opened for writing.
    this.#fd = existsSync(path) ? openSync(path, "r+") : null;
  }

  /** Resolves when everything written before the call is on the disk; null where there is no disk. */
  sync(): Promise<void> | null {
    const fd = this.#fd;
    if (fd === null) return null;
    return new Promise((resolve, reject) => {
      fdatasync(fd, (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  }

  syncNow(): void {
    if (this.#fd !== null) fdatasyncSync(this.#fd);
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
  }
}
