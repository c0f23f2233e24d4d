import { pipeline } from "node:stream/promises";
import type { JSONValue } from "convex/values";
import { DeveloperError } from "../errors.ts";
import { readJsonObject } from "../http/body.ts";
import { type Gatekeeper, type Handler, jsonReply, type RouteTable } from "../http/exchange.ts";
import type { ExportService } from "./export-service.ts";
import type { ImportService } from "./import-service.ts";

export interface SnapshotRouteDeps {
  gatekeeper: Gatekeeper;
  exports: ExportService;
  imports: ImportService;
}

/** Where the archives of finished exports are downloaded. */
export const EXPORT_PREFIX = "/api/export/zip/";

/** What `convex export` and `convex import` ask (convex-facts c.1). All routes want the admin key. */
export function snapshotRoutes({ gatekeeper, exports, imports }: SnapshotRouteDeps): RouteTable {
  const withBody =
    (handle: (body: Record<string, JSONValue | undefined>) => Promise<unknown>): Handler =>
    async (exchange) => {
      await gatekeeper.requireAdmin(exchange);
      return jsonReply(await handle(await readJsonObject(exchange.request)));
    };
  return {
    "POST /api/export/request/zip": async (exchange) => {
      await gatekeeper.requireAdmin(exchange);
      await exports.request(exchange.url.searchParams.get("includeStorage") === "true");
      return jsonReply(null);
    },
    "POST /api/import/start_upload": async (exchange) => {
      await gatekeeper.requireAdmin(exchange);
      return jsonReply({ uploadToken: await imports.uploads.start() });
    },
    "POST /api/import/upload_part": async (exchange) => {
      await gatekeeper.requireAdmin(exchange);
      const { searchParams } = exchange.url;
      const token = searchParams.get("uploadToken") ?? "";
      return jsonReply(await imports.uploads.addPart(token, Number(searchParams.get("partNumber")), exchange.request));
    },
    "POST /api/import/finish_upload": withBody(async (body) => {
      const parts = Array.isArray(body["partTokens"]) ? body["partTokens"] : [];
      const partTokens = parts.map((part) => (typeof part === "string" ? part : ""));
      return { importId: await imports.begin(body["import"], textOf(body, "uploadToken"), partTokens) };
    }),
    "POST /api/perform_import": withBody(async (body) => {
      await imports.perform(textOf(body, "importId"));
      return null;
    }),
    "POST /api/cancel_import": withBody(async (body) => {
      await imports.cancel(textOf(body, "importId"));
      return null;
    }),
  };
}

export function exportDownload({ gatekeeper, exports }: SnapshotRouteDeps): Handler {
  return async (exchange) => {
    await gatekeeper.requireAdmin(exchange);
    const { fileName, size, stream } = await exports.open(exchange.url.pathname.slice(EXPORT_PREFIX.length));
    const { response } = exchange;
    response.writeHead(200, {
      "Content-Type": "application/zip",
      "Content-Length": size,
      "Content-Disposition": `attachment; filename=${fileName}`,
    });
    await pipeline(stream(), response);
    return null;
  };
}

function textOf(body: Record<string, JSONValue | undefined>, field: string): string {
  const value = body[field];
  if (typeof value !== "string") throw new DeveloperError("BadJsonBody", `\`${field}\` must be a string`);
  return value;
}
