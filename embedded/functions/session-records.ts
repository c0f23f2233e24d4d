import { jsonToConvex } from "convex/values";
import type { Namespace, Timestamp, Transaction } from "../database/types.ts";
import type { LogLine } from "./types.ts";
import { textField } from "./row-fields.ts";

/** A finished mutation of a client's session, so that a repeated request is answered without running (convex-facts a.5). */
export interface SessionRecord {
  value: string;
  logLines: LogLine[];
  /** When it was committed; null while that is not known yet. */
  ts: Timestamp | null;
}

export interface SessionRequest {
  sessionId: string;
  requestId: number;
}

const ROOT: Namespace = "";

const COMMIT_TS = jsonToConvex({ $commitTs: null });

// Sessions whose requests are followed in memory; more only costs lookups.
const FOLLOWED_SESSIONS = 10_000;

/**
 * Tells apart requests that cannot have a record from those that must be looked up. A session that had no record when
 * this process first heard of it can only get them here, and its requests come in rising order.
 */
export class SessionRequests {
  readonly #highest = new Map<string, number>();

  find(tx: Transaction, request: SessionRequest): SessionRecord | null {
    const { sessionId, requestId } = request;
    const highest = this.#highest.get(sessionId) ?? this.#follow(tx, sessionId);
    if (requestId <= highest) return findSessionRecord(tx, request);
    this.#highest.set(sessionId, requestId);
    // A second connection of the session may run the same request meanwhile: one of the two must conflict.
    tx.system.expectNone(ROOT, "_session_requests", "by_session", [sessionId, requestId]);
    return null;
  }

  #follow(tx: Transaction, sessionId: string): number {
    if (this.#highest.size >= FOLLOWED_SESSIONS) this.#highest.clear();
    const isNew = tx.system.rows(ROOT, "_session_requests", "by_session", [sessionId], { limit: 1 }).length === 0;
    const highest = isNew ? -1 : Infinity;
    this.#highest.set(sessionId, highest);
    return highest;
  }
}

function findSessionRecord(tx: Transaction, request: SessionRequest): SessionRecord | null {
  const key = [request.sessionId, request.requestId];
  const row = tx.system.rows(ROOT, "_session_requests", "by_session", key, { limit: 1 })[0];
  if (row === undefined) return null;
  const { ts } = row.value;
  return {
    value: textField(row, "result"),
    logLines: JSON.parse(textField(row, "logLines")) as LogLine[],
    ts: typeof ts === "bigint" ? ts : null,
  };
}

/** Written in the mutation's own transaction; the engine fills in the commit's timestamp. */
export function writeSessionRecord(tx: Transaction, request: SessionRequest, record: SessionRecord): void {
  tx.system.insert(ROOT, "_session_requests", {
    ...request,
    result: record.value,
    logLines: record.logLines.length === 0 ? "[]" : JSON.stringify(record.logLines),
    ts: COMMIT_TS,
  });
}
