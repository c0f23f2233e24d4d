import type { IncomingMessage, ServerResponse } from "node:http";
import type { JSONValue } from "convex/values";
import type { MaybePromise } from "../functions/maybe-promise.ts";
import type { Identity } from "../functions/types.ts";

/** One HTTP request on its way through the routes. */
export interface Exchange {
  /** When it came, ms of `performance`. */
  readonly startedMs: number;
  /** Kept by the {@link RequestGate}: null while the request has no place. */
  place: object | null;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The request's target up to its query, as it was sent: what most routes are found by. */
  readonly path: string;
  /** The rest: empty, or a question mark and the query. */
  readonly search: string;
  /** The same, read as an address on first use. */
  readonly url: URL;
  /** 16 hex digits; the caller's `Convex-Request-Id` when it sent one. */
  readonly requestId: string;
  readonly client: { ip: string | null; userAgent: string | null };
}

/** An answer that fits in memory. Streaming routes write to `exchange.response` themselves and return null. */
export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body: string | Uint8Array;
}

export type Handler = (exchange: Exchange) => Promise<Reply | null> | Reply | null;

/** Handlers by `METHOD /path`. */
export type RouteTable = Record<string, Handler>;

/** Who may do what; implemented by `server/credentials.ts`. */
export interface Gatekeeper {
  /** From the `Authorization` header or `?adminKey=`. Throws DeveloperError for credentials that do not hold. */
  identify(exchange: Exchange): MaybePromise<Identity>;
  /** Throws DeveloperError 401/403 unless the request carries the admin key in its header, query or `bodyKey`. */
  requireAdmin(exchange: Exchange, bodyKey?: JSONValue): Promise<void>;
}

export function jsonReply(value: unknown, status = 200): Reply {
  return jsonTextReply(JSON.stringify(value), status);
}

/** For bodies that hold encoded values, which are never parsed on the way out. */
export function jsonTextReply(text: string, status = 200): Reply {
  return { status, headers: { "Content-Type": "application/json" }, body: text };
}

export function textReply(text: string, status = 200): Reply {
  return { status, headers: { "Content-Type": "text/plain; charset=utf-8" }, body: text };
}
