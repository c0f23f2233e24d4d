import type { JSONValue } from "convex/values";
import type { Timestamp } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import { nestsDeeperThan } from "../http/body.ts";
import { decodeTimestamp } from "./timestamps.ts";

/** Client → server messages of the sync protocol (convex-facts a.2), after parsing. */
export type ClientMessage = Connect | ModifyQuerySet | Authenticate | FunctionRequest | ClientEvent;

export interface Connect {
  type: "Connect";
  sessionId: string;
  connectionCount: number;
  lastCloseReason: string | null;
  maxObservedTimestamp: Timestamp | null;
  clientTs: number | null;
}

export interface AddQuery {
  type: "Add";
  queryId: number;
  udfPath: string;
  args: JSONValue[];
  journal: string | null;
  componentPath: string;
}

interface RemoveQuery {
  type: "Remove";
  queryId: number;
}

export interface ModifyQuerySet {
  type: "ModifyQuerySet";
  baseVersion: number;
  newVersion: number;
  modifications: (AddQuery | RemoveQuery)[];
}

export type Credentials =
  | { tokenType: "None" }
  | { tokenType: "User"; value: string }
  | { tokenType: "Admin"; value: string; impersonating: JSONValue | null };

export interface Authenticate {
  type: "Authenticate";
  baseVersion: number;
  credentials: Credentials;
}

export interface FunctionRequest {
  type: "Mutation" | "Action";
  requestId: number;
  udfPath: string;
  args: JSONValue[];
  componentPath: string;
}

/** Client-side measurements; read by nobody, never an error. */
interface ClientEvent {
  type: "Event";
}

type Fields = Record<string, JSONValue | undefined>;

/**
 * Parses one text frame. Throws DeveloperError `WSMessageInvalidJson` for anything that is not one of the messages of
 * convex-facts a.2; unknown extra fields are ignored.
 */
export function parseClientMessage(frame: string): ClientMessage {
  const message = object(parseJson(frame), "message");
  switch (text(message["type"])) {
    case "Connect":
      return parseConnect(message);
    case "ModifyQuerySet":
      return {
        type: "ModifyQuerySet",
        baseVersion: uint(message, "baseVersion"),
        newVersion: uint(message, "newVersion"),
        modifications: array(message, "modifications").map(parseModification),
      };
    case "Authenticate":
      return {
        type: "Authenticate",
        baseVersion: uint(message, "baseVersion"),
        credentials: parseCredentials(message),
      };
    case "Mutation":
    case "Action":
      return {
        type: message["type"] === "Mutation" ? "Mutation" : "Action",
        requestId: uint(message, "requestId"),
        udfPath: string(message, "udfPath"),
        args: array(message, "args"),
        componentPath: optionalString(message, "componentPath") ?? "",
      };
    case "Event":
      return { type: "Event" };
    default:
      throw invalid(`unknown message type ${JSON.stringify(message["type"] ?? null)}`);
  }
}

function parseConnect(message: Fields): Connect {
  const sessionId = string(message, "sessionId");
  const observed = optionalString(message, "maxObservedTimestamp");
  const clientTs = message["clientTs"];
  return {
    type: "Connect",
    sessionId,
    connectionCount: uint(message, "connectionCount"),
    lastCloseReason: optionalString(message, "lastCloseReason"),
    maxObservedTimestamp: observed === null ? null : parseTimestamp(observed),
    clientTs: typeof clientTs === "number" ? clientTs : null,
  };
}

function parseTimestamp(encoded: string): Timestamp {
  const ts = decodeTimestamp(encoded);
  if (ts === null) throw invalid("maxObservedTimestamp is not an encoded 64-bit integer");
  return ts;
}

function parseModification(value: JSONValue): AddQuery | RemoveQuery {
  const modification = object(value, "modification");
  const queryId = uint(modification, "queryId");
  if (modification["type"] === "Remove") return { type: "Remove", queryId };
  if (modification["type"] !== "Add") throw invalid("modification type must be Add or Remove");
  return {
    type: "Add",
    queryId,
    udfPath: string(modification, "udfPath"),
    args: array(modification, "args"),
    journal: optionalString(modification, "journal"),
    componentPath: optionalString(modification, "componentPath") ?? "",
  };
}

function parseCredentials(message: Fields): Credentials {
  switch (text(message["tokenType"])) {
    case "None":
      return { tokenType: "None" };
    case "User":
      return { tokenType: "User", value: string(message, "value") };
    case "Admin":
      return {
        tokenType: "Admin",
        value: string(message, "value"),
        impersonating: message["impersonating"] ?? message["actingAs"] ?? null,
      };
    default:
      throw invalid("tokenType must be Admin, User or None");
  }
}

// Values nest 64 deep at most (convex-facts f.2), and what wraps them adds little. Deeper text would exhaust the stack of
// whoever walks through it.
const MAX_NESTING = 1000;

function parseJson(frame: string): JSONValue {
  if (nestsDeeperThan(frame, MAX_NESTING)) throw invalid("it nests too deep");
  try {
    return JSON.parse(frame) as JSONValue;
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : "not JSON");
  }
}

function object(value: JSONValue, what: string): Fields {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw invalid(`${what} must be an object`);
  return value;
}

function text(value: JSONValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function string(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== "string") throw invalid(`${name} must be a string`);
  return value;
}

function optionalString(fields: Fields, name: string): string | null {
  return fields[name] === undefined || fields[name] === null ? null : string(fields, name);
}

// Versions and ids are unsigned 32-bit integers in the protocol.
const LARGEST_UINT32 = 2 ** 32 - 1;

function uint(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > LARGEST_UINT32) {
    throw invalid(`${name} must be an unsigned 32-bit integer`);
  }
  return value;
}

function array(fields: Fields, name: string): JSONValue[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw invalid(`${name} must be an array`);
  return value;
}

function invalid(cause: string): DeveloperError {
  return new DeveloperError("WSMessageInvalidJson", `Received Invalid JSON on websocket: ${cause}`);
}
