import { isObject, type JsonObject } from "../lib/json";
import { MINUTE_MS } from "../lib/time";

// sevDesk's API as providers.md section 16 describes it. Pure: requests as data, answers read with care.

/** The custom field that carries the last delivery. */
export const FIELD_NAME = "Letzte Zustellung";
/** Rows of one page; the API takes up to 1,000. */
export const PAGE_SIZE = 500;
/** No published limit: at most two calls a second. */
export const CALL_GAP_MS = 500;

export type SevdeskCall = { method: "GET" | "POST" | "PUT"; path: string; body?: Record<string, unknown> };

const contactRef = (id: string) => ({ id, objectName: "Contact" });

/** A page of all addresses and numbers of all contacts: there is no search by address. */
export function listAddresses(offset: number): SevdeskCall {
  return { method: "GET", path: `/CommunicationWay?limit=${PAGE_SIZE}&offset=${offset}` };
}

/** The custom fields there are, to find ours. */
export function listFieldSettings(): SevdeskCall {
  return { method: "GET", path: `/ContactCustomFieldSetting?limit=${PAGE_SIZE}` };
}

export function createFieldSetting(): SevdeskCall {
  return { method: "POST", path: "/ContactCustomFieldSetting", body: { name: FIELD_NAME } };
}

/** The values a contact has in custom fields; the filter needs both parts of the reference. */
export function listFields(externalId: string): SevdeskCall {
  const filter = `contact[id]=${encodeURIComponent(externalId)}&contact[objectName]=Contact`;
  return { method: "GET", path: `/ContactCustomField?${filter}` };
}

export function createField(externalId: string, settingId: string, value: string): SevdeskCall {
  return {
    method: "POST",
    path: "/ContactCustomField",
    body: {
      contact: contactRef(externalId),
      contactCustomFieldSetting: { id: settingId, objectName: "ContactCustomFieldSetting" },
      value,
      objectName: "ContactCustomField",
    },
  };
}

export function changeField(fieldId: string, value: string): SevdeskCall {
  return { method: "PUT", path: `/ContactCustomField/${encodeURIComponent(fieldId)}`, body: { value } };
}

/** One address of a contact in sevDesk. */
export type ExternalAddress = { externalId: string; kind: "email" | "phone"; value: string };

/** The rows of an answer; everything is wrapped in `objects`, lists as well as single objects. */
export function rowsOf(answer: unknown): JsonObject[] {
  const objects = isObject(answer) ? answer.objects : undefined;
  if (Array.isArray(objects)) return objects.filter(isObject);
  return isObject(objects) ? [objects] : [];
}

/** The id of a row: sevDesk writes numbers as text, some clients as numbers. */
export function idOf(row: JsonObject | undefined): string | undefined {
  const id = row?.id;
  return typeof id === "string" || typeof id === "number" ? String(id) : undefined;
}

/** The addresses we can write to among a page of communication ways. */
export function addressesIn(answer: unknown): ExternalAddress[] {
  return rowsOf(answer).flatMap((row) => {
    const externalId = isObject(row.contact) ? idOf(row.contact) : undefined;
    const kind = KINDS[String(row.type)];
    const value = typeof row.value === "string" ? row.value.trim() : "";
    return externalId === undefined || kind === undefined || value === "" ? [] : [{ externalId, kind, value }];
  });
}

const KINDS: Record<string, "email" | "phone" | undefined> = { EMAIL: "email", MOBILE: "phone", PHONE: "phone" };

/** The id of our custom field among those there are. */
export function fieldSettingIn(answer: unknown): string | undefined {
  return idOf(rowsOf(answer).find((row) => row.name === FIELD_NAME));
}

/** The id of the value of our field on a contact. */
export function fieldIn(answer: unknown, settingId: string): string | undefined {
  return idOf(
    rowsOf(answer).find(({ contactCustomFieldSetting: setting }) => isObject(setting) && idOf(setting) === settingId),
  );
}

/** The line on the contact: when, over what, what became of it, and which message. */
export function deliveryLine(at: number, channel: string, status: string, messageId: string): string {
  const minute = `${new Date(at).toISOString().slice(0, "2026-11-20T14:03".length)}Z`;
  return `${minute} ${channel} ${status} #${messageId}`;
}

/** What a failed call means for the next one. */
export type Trouble =
  | { kind: "retry"; inMs: number; reason: string }
  /** Nothing will change by asking again. */
  | { kind: "permanent"; reason: string }
  /** The token is wrong: nothing works until a person mends it. */
  | { kind: "config"; reason: string };

const MAX_ATTEMPTS = 8;
const RETRY_BASE_MS = MINUTE_MS;

/**
 * Reads a failure (providers.md 16): 401 and 403 are the token, 429 and the network pass, 500 can mean a bad request and is
 * tried once more only. `attempts`: made so far, this one included. `status` null: no answer.
 */
export function troubleOf(status: number | null, message: string, attempts: number, retryAfterMs = 0): Trouble {
  const reason = status === null ? message : `${status}: ${message}`;
  if (status === 401 || status === 403) return { kind: "config", reason };
  const mayPass = status === null || status === 429 || status >= 500;
  const limit = status === 500 ? 2 : MAX_ATTEMPTS;
  if (!mayPass || attempts >= limit) return { kind: "permanent", reason };
  return { kind: "retry", inMs: Math.max(retryAfterMs, RETRY_BASE_MS * 2 ** (attempts - 1)), reason };
}

/** The words of an error answer, in either of its two forms. */
export function errorIn(answer: unknown): string {
  const error = isObject(answer) ? answer.error : undefined;
  const message = isObject(error) ? error.message : undefined;
  return typeof message === "string" ? message : "No reason given.";
}
