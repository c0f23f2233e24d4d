import { createCipheriv, createDecipheriv, createHash, createHmac } from "node:crypto";
import { DeveloperError } from "../errors.ts";
import type { KeyBytes } from "../value/key.ts";

/** Where a page begins or ends: just after a key of the index (in query order), or at the end of the range. */
export type Position = { kind: "after"; key: KeyBytes } | { kind: "end" };

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FINGERPRINT_BYTES = 16;
// By this data the browser client knows to begin again at the first page (convex-facts e.5).
const INVALID_CURSOR_DATA = JSON.stringify({ isConvexSystemError: true, paginationError: "InvalidCursor" });
const KIND_END = 0;
const KIND_AFTER = 1;

/**
 * Cursors for clients (convex-facts e.5). They hold index keys, also of rows the function filtered out, hence they are
 * encrypted; the nonce is derived from the content, so that equal positions give equal cursors and an unchanged page
 * stays an unchanged result.
 */
export class CursorCodec {
  readonly #key: Buffer;
  readonly #nonceKey: Buffer;

  /** `secret`: 32 random bytes that stay with the data file. */
  constructor(secret: Buffer) {
    this.#key = createHmac("sha256", secret).update("cursor encryption").digest();
    this.#nonceKey = createHmac("sha256", secret).update("cursor nonce").digest();
  }

  encode(position: Position, fingerprint: Buffer): string {
    const kind = position.kind === "end" ? KIND_END : KIND_AFTER;
    const key = position.kind === "end" ? "" : position.key;
    const plain = Buffer.concat([fingerprint, Buffer.from([kind]), Buffer.from(key, "latin1")]);
    const nonce = createHash("sha256").update(this.#nonceKey).update(plain).digest().subarray(0, NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString("base64url");
  }

  /** Throws DeveloperError `InvalidCursor` for a damaged cursor and for one of another query. */
  decode(cursor: string, fingerprint: Buffer): Position {
    const plain = this.#open(cursor);
    if (!plain.subarray(0, FINGERPRINT_BYTES).equals(fingerprint)) {
      throw new DeveloperError(
        "InvalidCursor",
        "InvalidCursor: Tried to run a query starting from a cursor, but it looks like this cursor is from a different query.",
        400,
        INVALID_CURSOR_DATA,
      );
    }
    if (plain[FINGERPRINT_BYTES] === KIND_END) return { kind: "end" };
    return { kind: "after", key: plain.toString("latin1", FINGERPRINT_BYTES + 1) };
  }

  #open(cursor: string): Buffer {
    const bytes = Buffer.from(cursor, "base64url");
    if (bytes.length < NONCE_BYTES + FINGERPRINT_BYTES + 1 + TAG_BYTES) throw unreadable();
    const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch {
      // GCM says only that something is wrong: forged, cut, or from another deployment.
      throw unreadable();
    }
  }
}

/** Identifies a query inside its cursors. */
export function fingerprintOf(parts: readonly unknown[]): Buffer {
  return createHash("sha256").update(JSON.stringify(parts)).digest().subarray(0, FINGERPRINT_BYTES);
}

function unreadable(): DeveloperError {
  return new DeveloperError("InvalidCursor", "InvalidCursor: Failed to parse cursor");
}
