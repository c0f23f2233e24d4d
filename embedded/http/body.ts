import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { JSONValue } from "convex/values";
import { coerceError, DeveloperError } from "../errors.ts";

// Limits of convex-facts b.1, in bytes after decompression.
const FUNCTION_BODY_BYTES = 16 * 1024 * 1024 + 2000;
export const HTTP_ACTION_BODY_BYTES = 20 * 1024 * 1024;
export const PUSH_BODY_BYTES = 200_000_000;

/** The whole body, decompressed by `Content-Encoding`. Throws DeveloperError 413 above `limit` bytes. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of decompressed(request)) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > limit) throw new DeveloperError("RequestTooLarge", `Request body is larger than ${limit} bytes.`, 413);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks, size);
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

function parseJson(text: string): JSONValue {
  try {
    return JSON.parse(text) as JSONValue;
  } catch (error) {
    throw new DeveloperError("BadJsonBody", `Failed to parse the request body as JSON: ${coerceError(error).message}`);
  }
}
