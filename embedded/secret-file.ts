import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";

/**
 * The content of a secret's file, made with mode 0600 when there is none. The file is whole or absent: a process that is
 * killed while it makes one leaves no empty secret, which anybody could guess.
 */
export function readOrCreateSecret(path: string, make: () => Buffer): Buffer {
  const known = readIfThere(path);
  if (known !== null && known.length > 0) return known;
  const partial = `${path}.partial`;
  rmSync(partial, { force: true });
  const file = openSync(partial, "wx", 0o600);
  try {
    writeSync(file, make());
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (known !== null) rmSync(path);
  try {
    // Unlike a rename it does not replace what another process has made meanwhile.
    linkSync(partial, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  rmSync(partial);
  return readFileSync(path);
}

function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
