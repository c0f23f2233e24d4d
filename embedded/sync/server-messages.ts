import type { LogLine } from "../functions/types.ts";
import type { Timestamp } from "../database/types.ts";
import { encodeTimestamp } from "./timestamps.ts";

/** Where a client's view stands (convex-facts a.4). Each Transition starts exactly where the one before ended. */
export interface StateVersion {
  querySet: number;
  identity: number;
  ts: Timestamp;
}

/** Convex-encoded JSON text; goes into messages as it is. */
type EncodedText = string;

export type StateModification =
  | {
      type: "QueryUpdated";
      queryId: number;
      value: EncodedText;
      logLines: string[];
      journal: string | null;
      /** For a client that keeps values: whole, to be kept, or as what has changed since the kept one. */
      sentAs?: "kept" | { delta: string };
    }
  | {
      type: "QueryFailed";
      queryId: number;
      errorMessage: string;
      /** Present only for a thrown ConvexError. */
      errorData?: EncodedText;
      logLines: string[];
      journal: string | null;
    }
  | {
      type: "QueryRemoved";
      queryId: number;
      /** The client keeps a value of it that it may forget. */
      isKept?: true;
    };

export interface Transition {
  type: "Transition";
  startVersion: StateVersion;
  endVersion: StateVersion;
  modifications: StateModification[];
  clientClockSkewMs: number | null;
  serverTimeNs: number | null;
}

export type FunctionResult =
  { ok: true; value: EncodedText } | { ok: false; errorMessage: string; errorData?: EncodedText };

export type ServerMessage =
  | Transition
  | { type: "MutationResponse"; requestId: number; result: FunctionResult; ts: Timestamp | null; logLines: string[] }
  | { type: "ActionResponse"; requestId: number; result: FunctionResult; logLines: string[] }
  | { type: "AuthError"; error: string; baseVersion: number; authUpdateAttempted: boolean }
  | { type: "FatalError"; error: string }
  | { type: "Ping" };

/** One message as its text frame (convex-facts a.3). Values are pasted as text: they are never parsed on the way out. */
export function encodeServerMessage(message: ServerMessage): string {
  switch (message.type) {
    case "Transition":
      return encodeTransition(message);
    case "MutationResponse": {
      const ts = message.ts === null ? "null" : `"${encodeTimestamp(message.ts)}"`;
      return `{"type":"MutationResponse","requestId":${message.requestId},${encodeResult(message.result)},"ts":${ts},"logLines":${JSON.stringify(message.logLines)}}`;
    }
    case "ActionResponse":
      return `{"type":"ActionResponse","requestId":${message.requestId},${encodeResult(message.result)},"logLines":${JSON.stringify(message.logLines)}}`;
    case "AuthError":
    case "FatalError":
    case "Ping":
      return JSON.stringify(message);
  }
}

/** The text of a message in three parts, the middle one being a value that others may be sent as well. */
export interface TextAround {
  before: string;
  value: string;
  after: string;
}

// Below this, making one text of it costs less than sending it in parts.
const LARGE_VALUE_CHARS = 4096;
// No JSON text has such characters.
const PLACE_OF_VALUE = "\0";
const KEPT = "\u0001";

/** A Transition around the first large value in it; null without one. */
export function encodeAroundValue(transition: Transition): TextAround | null {
  const { modifications } = transition;
  const at = modifications.findIndex((each) => each.type === "QueryUpdated" && isLargeText(each));
  const large = modifications[at];
  if (large?.type !== "QueryUpdated") return null;
  const without = modifications.with(at, { ...large, value: PLACE_OF_VALUE });
  const [before = "", after = ""] = encodeTransition({ ...transition, modifications: without }).split(PLACE_OF_VALUE);
  return { before, value: large.value, after };
}

function isLargeText({ value, sentAs }: Extract<StateModification, { type: "QueryUpdated" }>): boolean {
  return value.length >= LARGE_VALUE_CHARS && typeof sentAs !== "object";
}

function encodeResult(result: FunctionResult): string {
  if (result.ok) return `"success":true,"result":${result.value}`;
  const data = result.errorData === undefined ? "" : `,"errorData":${result.errorData}`;
  return `"success":false,"result":${JSON.stringify(result.errorMessage)}${data}`;
}

function encodeTransition(transition: Transition): string {
  const modifications = transition.modifications.map(encodeModification).join(",");
  return `{"type":"Transition","startVersion":${encodeVersion(transition.startVersion)},"endVersion":${encodeVersion(transition.endVersion)},"modifications":[${modifications}],"clientClockSkew":${transition.clientClockSkewMs ?? "null"},"serverTs":${transition.serverTimeNs ?? "null"}}`;
}

function encodeVersion(version: StateVersion): string {
  return `{"querySet":${version.querySet},"identity":${version.identity},"ts":"${encodeTimestamp(version.ts)}"}`;
}

function encodeModification(modification: StateModification): string {
  switch (modification.type) {
    case "QueryRemoved":
      return `{"type":"QueryRemoved","queryId":${modification.queryId}}${modification.isKept ? `${KEPT}${modification.queryId}-${KEPT}` : ""}`;
    case "QueryUpdated":
      return `{"type":"QueryUpdated","queryId":${modification.queryId},"value":${encodeValue(modification)},"logLines":${JSON.stringify(modification.logLines)},"journal":${JSON.stringify(modification.journal)}}`;
    case "QueryFailed": {
      const data = modification.errorData === undefined ? "" : `,"errorData":${modification.errorData}`;
      return `{"type":"QueryFailed","queryId":${modification.queryId},"errorMessage":${JSON.stringify(modification.errorMessage)}${data},"logLines":${JSON.stringify(modification.logLines)},"journal":${JSON.stringify(modification.journal)}}`;
    }
  }
}

// Read by `src/lib/kept-values.ts`.
function encodeValue({ queryId, value, sentAs }: Extract<StateModification, { type: "QueryUpdated" }>): string {
  if (sentAs === undefined) return value;
  return `${KEPT}${queryId}${sentAs === "kept" ? `=${value}` : `~${sentAs.delta}`}${KEPT}`;
}

/** Log lines as clients get them: `[LEVEL] text` (convex-facts a.10). */
export function clientLogLines(lines: readonly LogLine[]): string[] {
  return lines.map((line) => {
    const suffix = line.isTruncated ? " (truncated due to length)" : "";
    return `[${line.level}] ${line.messages.join(" ")}${suffix}`;
  });
}

/** The text of a failed function as clients get it (convex-facts a.10). `message` begins with "Uncaught". */
export function clientErrorMessage(requestId: string, message: string): string {
  return `[Request ID: ${requestId}] Server Error\n${message}`;
}
