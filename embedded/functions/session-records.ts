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

export function findSessionRecord(tx: Transaction, request: SessionRequest): SessionRecord | null {
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
    logLines: JSON.stringify(record.logLines),
    ts: jsonToConvex({ $commitTs: null }),
  });
}
