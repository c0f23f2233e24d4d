import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { JSONValue } from "convex/values";
import { coerceError, DeveloperError } from "../errors.ts";

// Limits of convex-facts b.1, in bytes after decompression.
export const FUNCTION_BODY_BYTES = 16 * 1024 * 1024 + 2000;
export const HTTP_ACTION_BODY_BYTES = 20 * 1024 * 1024;
export const PUSH_BODY_BYTES = 200_000_000;

// Bodies of all requests that are still arriving, together: many senders at once must not fill the memory.
const ARRIVING_BYTES = 512 * 1024 * 1024;
let arrivingBytes = 0;

/**
 * The whole body, decompressed by `Content-Encoding`. Throws DeveloperError 413 above `limit` bytes, 503
 * `TooManyConcurrentRequests` when other requests' bodies take the room, 400 `BadContentEncoding` for damaged ones.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > limit && request.headers["content-encoding"] === undefined) throw tooLarge(limit);
  return collect(decompressed(request), limit);
}

// By listeners, because a loop over the stream costs more than answering a small request does.
function collect(source: Readable, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let isOver = false;
    const leave = () => {
      isOver = true;
      arrivingBytes -= size;
    };
    source.on("data", (bytes: Buffer) => {
      if (isOver) return;
      size += bytes.length;
      arrivingBytes += bytes.length;
      chunks.push(bytes);
      const refusal = size > limit ? tooLarge(limit) : arrivingBytes > ARRIVING_BYTES ? tooManyAtOnce() : null;
      if (refusal === null) return;
      leave();
      // Not destroyed: the sender is still to read the answer.
      source.pause();
      reject(refusal);
    });
    source.on("end", () => {
      if (isOver) return;
      leave();
      const [first] = chunks;
      resolve(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks, size));
    });
    source.on("error", (error) => {
      if (!isOver) leave();
      const damaged = new DeveloperError("BadContentEncoding", "The body cannot be decompressed.");
      reject(isDecodingFailure(error) ? damaged : error);
    });
    source.on("close", () => {
      if (isOver) return;
      leave();
      reject(new DeveloperError("BadJsonBody", "The connection ended before the body did."));
    });
  });
}

function tooManyAtOnce(): DeveloperError {
  return new DeveloperError("TooManyConcurrentRequests", "Too many large requests at once. Try again.", 503);
}

function tooLarge(limit: number): DeveloperError {
  return new DeveloperError("RequestTooLarge", `Request body is larger than ${limit} bytes.`, 413);
}

function isDecodingFailure(error: unknown): boolean {
  const code = String((error as NodeJS.ErrnoException | null)?.code ?? "");
  return code.startsWith("Z_") || code.startsWith("ERR_BROTLI") || code.startsWith("ERR__ERROR");
}

function decompressed(request: IncomingMessage): Readable {
  const encoding = request.headers["content-encoding"] ?? "identity";
  switch (encoding) {
    case "identity":
      return request;
    case "br":
      return joined(request, createBrotliDecompress());
    case "gzip":
      return joined(request, createGunzip());
    case "deflate":
      return joined(request, createInflate());
    default:
      throw new DeveloperError("BadContentEncoding", `Unsupported Content-Encoding: ${encoding}`);
  }
}

// `pipe` does not hand errors on; a cut request must end the reader too.
function joined(request: IncomingMessage, decoder: ReturnType<typeof createGunzip>): Readable {
  request.on("error", (error) => decoder.destroy(error));
  return request.pipe(decoder);
}

/** The body as a JSON object. Throws DeveloperError 400 `BadJsonBody` for anything else (convex-facts b.1). */
export async function readJsonObject(
  request: IncomingMessage,
  limit: number = FUNCTION_BODY_BYTES,
): Promise<Record<string, JSONValue | undefined>> {
  const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new DeveloperError("BadJsonBody", "Expected request with `Content-Type: application/json`");
  }
  const text = (await readBody(request, limit)).toString("utf8");
  const value = parseJson(text);
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new DeveloperError("BadJsonBody", "Expected the request body to be a JSON object");
  }
  return value;
}

// Values nest 64 deep at most (convex-facts f.2), and what wraps them adds little. Deeper text would exhaust the stack of
// whoever walks through it.
const MAX_NESTING = 1000;

/** Throws DeveloperError 400 `BadJsonBody` for what is no JSON or nests too deep. */
function parseJson(text: string): JSONValue {
  if (nestsDeeperThan(text, MAX_NESTING)) throw new DeveloperError("BadJsonBody", "The JSON nests too deep");
  try {
    return JSON.parse(text) as JSONValue;
  } catch (error) {
    throw new DeveloperError("BadJsonBody", `Failed to parse the request body as JSON: ${coerceError(error).message}`);
  }
}

/** Whether JSON text has more than `limit` arrays and objects around one value. */
export function nestsDeeperThan(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      at = stringEnd(text, at);
    } else if (char === "[" || char === "{") {
      if (++depth > limit) return true;
    } else if (char === "]" || char === "}") depth--;
  }
  return false;
}

/** Where the string that begins at `start` ends: its closing quotation mark, or the text's end. */
function stringEnd(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}
