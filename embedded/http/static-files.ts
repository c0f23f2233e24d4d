import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { extname, join, normalize, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Exchange, type Handler, textReply } from "./exchange.ts";

const CONTENT_TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".gif": "image/gif",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".mp3": "audio/mpeg",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
};

// Vite writes a content hash of eight characters into these names, so their content never changes.
const HASHED_ASSET = /^\/assets\/.+-[\w-]{8}\.\w+$/;
const FOR_EVER = "public, max-age=31536000, immutable";
const ASK_AGAIN = "no-cache";

/**
 * Serves a built single-page application. GET and HEAD only. Navigations to unknown paths get `index.html`; missing
 * files are 404. Nothing outside `root` and no dot file is ever read.
 */
export function staticFiles(root: string): Handler {
  const folder = resolve(root);
  const send = (exchange: Exchange, file: string, cacheControl: string) =>
    sendFile(exchange, folder, file, cacheControl);
  return async (exchange) => {
    const path = decodePath(exchange.url.pathname);
    const file = path === null ? null : fileUnder(folder, path);
    if (file === null || path === null) return textReply("Not found", 404);
    if (await send(exchange, file, HASHED_ASSET.test(path) ? FOR_EVER : ASK_AGAIN)) return null;
    if (isNavigation(exchange, path) && (await send(exchange, join(folder, "index.html"), ASK_AGAIN))) return null;
    return textReply("Not found", 404);
  };
}

function decodePath(pathname: string): string | null {
  try {
    const path = decodeURIComponent(pathname);
    return path.includes("\0") ? null : path;
  } catch {
    return null;
  }
}

function fileUnder(folder: string, path: string): string | null {
  const file = normalize(join(folder, path.endsWith("/") ? `${path}index.html` : path));
  if (!file.startsWith(folder + sep)) return null;
  return file
    .slice(folder.length)
    .split(sep)
    .some((segment) => segment.startsWith("."))
    ? null
    : file;
}

function isNavigation(exchange: Exchange, path: string): boolean {
  return extname(path) === "" && (exchange.request.headers.accept ?? "").includes("text/html");
}

async function sendFile(exchange: Exchange, folder: string, file: string, cacheControl: string): Promise<boolean> {
  const info = await stat(file).catch(() => null);
  if (info === null || !info.isFile() || !(await isReallyUnder(folder, file))) return false;
  const { request, response } = exchange;
  const etag = `"${info.size.toString(36)}-${Math.round(info.mtimeMs).toString(36)}"`;
  response.setHeader("Cache-Control", cacheControl);
  response.setHeader("ETag", etag);
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Content-Type", CONTENT_TYPES[extname(file).toLowerCase()] ?? "application/octet-stream");
  if (request.headers["if-none-match"] === etag) {
    response.writeHead(304).end();
    return true;
  }
  response.setHeader("Content-Length", info.size);
  if (request.method === "HEAD") response.end();
  else await stream(file, response);
  return true;
}

/** False for a link that leads out of the folder. */
async function isReallyUnder(folder: string, file: string): Promise<boolean> {
  const [realFolder, realFile] = await Promise.all([realpath(folder), realpath(file)]);
  return realFile.startsWith(realFolder + sep);
}

async function stream(file: string, response: ServerResponse): Promise<void> {
  try {
    await pipeline(createReadStream(file), response);
  } catch (error) {
    // A browser that navigates away closes the stream early; anything else is worth knowing.
    if ((error as NodeJS.ErrnoException).code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  }
}
