import { randomBytes } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import Database from "libsql";
import { coerceError } from "../errors.ts";
import { newSigningKey } from "../auth/token-signer.ts";
import { readOrCreateSecret } from "../secret-file.ts";
import { StartError } from "./start-error.ts";

export const INSTANCE_NAME = "switchboard";

// Bytes of randomness in keys: 256 bits, hex.
const SECRET_BYTES = 32;

const UNUSABLE: Record<string, string> = {
  EROFS: "cannot be written: it lies on a read-only file system",
  EACCES: "cannot be written by this user",
  EPERM: "cannot be written by this user",
  ENOSPC: "lies on a disk that is full",
  EDQUOT: "lies on a disk whose quota is used up",
};

export interface DataFolder {
  readonly path: string;
  readonly databasePath: string;
  readonly storagePath: string;
  readonly adminKey: string;
  /** Private key of `ctx.auth.signJwt`, as PEM text. */
  readonly signingKey: string;
  release(): void;
}

/**
 * Creates what is missing in `dir` and locks it. Throws StartError when another process holds it or it cannot be written. The lock is one of
 * the operating system on an open file, so that a killed process leaves none behind.
 */
export function openDataFolder(dir: string): DataFolder {
  const path = resolve(dir);
  const storagePath = join(path, "storage");
  try {
    mkdirSync(storagePath, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StartError(`Cannot create the data folder ${path}: ${coerceError(error).message}.`);
  }
  try {
    // Says no on a read-only file system even to root.
    accessSync(path, constants.W_OK | constants.X_OK);
    const release = lock(path);
    const adminKey = keepSecret(
      join(path, "admin-key"),
      () => `${INSTANCE_NAME}|${randomBytes(SECRET_BYTES).toString("hex")}`,
    );
    const signingKey = keepSecret(join(path, "signing-key"), newSigningKey);
    return { path, databasePath: join(path, "database.sqlite"), storagePath, adminKey, signingKey, release };
  } catch (error) {
    const reason = UNUSABLE[(error as NodeJS.ErrnoException).code ?? ""];
    if (reason === undefined) throw error;
    throw new StartError(`The data folder ${path} ${reason}.`);
  }
}

function lock(path: string): () => void {
  const holder = join(path, "lock-holder");
  const lockFile = new Database(join(path, "lock"), { timeout: 0 });
  try {
    lockFile.exec("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
  } catch {
    lockFile.close();
    const pid = existsSync(holder) ? ` (process ${readFileSync(holder, "utf8").trim()})` : "";
    throw new StartError(
      `The data folder ${path} is in use by another process${pid}; stop it or choose another folder with --data.`,
    );
  }
  writeFileSync(holder, `${process.pid}\n`);
  return () => {
    rmSync(holder, { force: true });
    lockFile.close();
  };
}

function keepSecret(file: string, make: () => string): string {
  return readOrCreateSecret(file, () => Buffer.from(`${make()}\n`))
    .toString("utf8")
    .trim();
}
