import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Namespace } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import { readOrCreateSecret } from "../secret-file.ts";

// Convex-facts b.4.
const TOKEN_LIFETIME_MS = 60 * 60 * 1000;

const SECRET_BYTES = 32;

function invalid(): DeveloperError {
  return new DeveloperError("StorageTokenInvalid", "Store File Authorization is invalid", 401);
}

/** Upload URLs' tokens: who may upload to which component until when, signed with a secret kept beside the files. */
export class UploadTokens {
  readonly #secret: Buffer;

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#secret = readOrCreateSecret(join(directory, "upload-secret"), () => randomBytes(SECRET_BYTES));
  }

  issue(component: Namespace, nowMs: number): string {
    const json = JSON.stringify({ component, expiresMs: nowMs + TOKEN_LIFETIME_MS });
    const payload = Buffer.from(json).toString("base64url");
    return `${payload}.${this.#sign(payload).toString("base64url")}`;
  }

  /** The component the upload belongs to. Throws DeveloperError 401 `StorageTokenInvalid` or `StorageTokenExpired`. */
  verify(token: string, nowMs: number): Namespace {
    const [payload = "", signatureText = ""] = token.split(".");
    const signature = Buffer.from(signatureText, "base64url");
    const expected = this.#sign(payload);
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) throw invalid();
    const { component, expiresMs } = JSON.parse(Buffer.from(payload, "base64url").toString()) as {
      component: Namespace;
      expiresMs: number;
    };
    if (nowMs >= expiresMs) {
      throw new DeveloperError("StorageTokenExpired", "Store File Authorization expired", 401);
    }
    return component;
  }

  #sign(payload: string): Buffer {
    return createHmac("sha256", this.#secret).update(payload).digest();
  }
}
