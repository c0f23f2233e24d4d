import { DeveloperError } from "../../errors.ts";
import { findFile, insertFile } from "../../storage/file-rows.ts";
import type { FileRecord } from "../../storage/file-rows.ts";
import { requireDeleted } from "../../storage/storage.ts";
import type { Frame } from "../run.ts";
import { ArgumentReader } from "./arguments.ts";
import type { SyscallArgs } from "./arguments.ts";
import type { Syscall } from "./syscall.ts";

function fileOf(frame: Frame, args: SyscallArgs, call: string): FileRecord | null {
  return findFile(frame.tx, frame.namespace, new ArgumentReader(args, call).storageId());
}

function requireMutation(frame: Frame): void {
  if (frame.udfType !== "Mutation") {
    throw new DeveloperError("ReadOnlyFunction", "Files can't be changed in a query: queries are read-only.");
  }
}

/** What `getMetadata` answers: hex digest and the legacy uuid (convex-facts d.3). */
export function legacyMetadata(file: FileRecord): string {
  const { uuid, sha256, size, contentType } = file;
  return JSON.stringify({ storageId: uuid, sha256: Buffer.from(sha256, "base64").toString("hex"), size, contentType });
}

async function store(frame: Frame, args: SyscallArgs): Promise<string> {
  requireMutation(frame);
  const reader = new ArgumentReader(args, "storage.store");
  const { files } = frame.run.services.storage;
  const bytes = await files.write([Buffer.from(reader.string("blob"), "base64")], reader.optionalString("sha256"));
  const contentType = reader.optionalString("contentType");
  frame.run.afterAbandon.push(() => files.remove(bytes.uuid));
  const id = insertFile(
    frame.tx,
    frame.namespace,
    bytes,
    contentType === undefined || contentType === "" ? null : contentType,
  );
  return JSON.stringify(id);
}

async function load(frame: Frame, args: SyscallArgs): Promise<string> {
  const file = fileOf(frame, args, "storage.get");
  if (file === null) return "null";
  const bytes = await frame.run.services.storage.files.readAll(file.uuid);
  return JSON.stringify({ blob: bytes.toString("base64"), contentType: file.contentType });
}

export const STORAGE_SYSCALLS: Record<string, Syscall> = {
  "1.0/storageGetUrl": (frame, args) => {
    const file = fileOf(frame, args, "storage.getUrl");
    return JSON.stringify(file === null ? null : frame.run.services.storage.urlOf(frame.namespace, file));
  },
  "1.0/storageGetMetadata": (frame, args) => {
    const file = fileOf(frame, args, "storage.getMetadata");
    return file === null ? "null" : legacyMetadata(file);
  },
  "1.0/storageGenerateUploadUrl": (frame) => {
    requireMutation(frame);
    return JSON.stringify(frame.run.services.storage.uploadUrl(frame.namespace, frame.tx.startMs));
  },
  "1.0/storageDelete": (frame, args) => {
    requireMutation(frame);
    const { run } = frame;
    const storageId = new ArgumentReader(args, "storage.delete").storageId();
    const file = requireDeleted(frame.tx, frame.namespace, storageId);
    run.afterCommit.push(() => run.services.storage.files.remove(file.uuid));
    return "null";
  },
  "1.0/storageStore": store,
  "1.0/storageGet": load,
};
