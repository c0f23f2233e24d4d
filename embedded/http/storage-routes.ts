import { pipeline } from "node:stream/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { DeveloperError } from "../errors.ts";
import { parseByteRange } from "../storage/byte-range.ts";
import type { OpenFile, Storage } from "../storage/storage.ts";
import { type Exchange, type Handler, jsonReply, type Reply, type RouteTable, textReply } from "./exchange.ts";

// A file's content never changes under its address, which only those who were given it know (convex-facts b.4).
const CACHE_CONTROL = "private, max-age=2592000";

// Convex has no limit but the request's time; ours keeps one client from filling the disk with one request.
const MAX_UPLOAD_BYTES = 8 * 1024 ** 3;

const FILE_PREFIX = "/api/storage/";

/** Upload by token (convex-facts b.4). */
export function uploadRoutes(storage: Pick<Storage, "storeUpload">, maxBytes = MAX_UPLOAD_BYTES): RouteTable {
  return {
    "POST /api/storage/upload": async ({ request, url }) => {
      const storageId = await storage.storeUpload(url.searchParams.get("token") ?? "", limited(request, maxBytes), {
        contentType: request.headers["content-type"] ?? null,
        digest: headerText(request.headers["digest"]),
      });
      return jsonReply({ storageId });
    },
  };
}

/** `GET /api/storage/<uuid>`: whole files and single ranges (convex-facts b.4). */
export function downloadHandler(storage: Pick<Storage, "openFile">): Handler {
  return async (exchange) => {
    const method = exchange.request.method;
    if (method !== "GET" && method !== "HEAD") return textReply("Method not allowed", 405);
    const uuid = exchange.url.pathname.slice(FILE_PREFIX.length);
    const file = await storage.openFile(exchange.url.searchParams.get("component") ?? "", uuid);
    if (file === null) throw new DeveloperError("FileNotFound", "File not found", 404);
    return sendFile(exchange, file);
  };
}

async function sendFile(exchange: Exchange, file: OpenFile): Promise<Reply | null> {
  const { request, response } = exchange;
  const range = parseByteRange(request.headers.range, file.size);
  if (range.kind === "unsatisfiable") {
    return { status: 416, headers: { "Content-Range": `bytes */${file.size}` }, body: "" };
  }
  response.setHeader("Cache-Control", CACHE_CONTROL);
  response.setHeader("Accept-Ranges", "bytes");
  // Uploaded by anyone: a browser must not take it for a page of this origin.
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader(
    "Content-Security-Policy",
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
  );
  if (file.contentType !== null) response.setHeader("Content-Type", file.contentType);
  if (range.kind === "part") {
    response.statusCode = 206;
    response.setHeader("Content-Range", `bytes ${range.start}-${range.end}/${file.size}`);
    response.setHeader("Content-Length", range.end - range.start + 1);
  } else {
    response.setHeader("Digest", `sha-256=${file.sha256}`);
    response.setHeader("Content-Length", file.size);
  }
  if (request.method === "HEAD" || file.size === 0) response.end();
  else await stream(file, range.kind === "part" ? range : undefined, response);
  return null;
}

async function stream(file: OpenFile, range: { start: number; end: number } | undefined, response: ServerResponse) {
  try {
    await pipeline(file.stream(range), response);
  } catch (error) {
    // A client that stops listening ends its own download, nothing more.
    if ((error as NodeJS.ErrnoException).code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  }
}

async function* limited(request: IncomingMessage, maxBytes: number): AsyncGenerator<Uint8Array> {
  const refusal = () => new DeveloperError("RequestTooLarge", `A file may have at most ${maxBytes} bytes.`, 413);
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw refusal();
  let size = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw refusal();
    yield chunk;
  }
}

function headerText(header: string | string[] | undefined): string | null {
  return typeof header === "string" ? header : null;
}
