import type { ErrorClass, Failure } from "../schema";
import { failureOf, type Answer } from "./call";
import { asNumber, asObject, asObjects, asText, objectIn, type JsonObject } from "../../lib/json";
import type { StatusKind } from "./types";

// Infobip's statuses: the same in answers and reports, for SMS and WhatsApp (providers.md 9).

// Status ids of the group REJECTED; what is not listed is refused for good.
const REJECTED: Partial<Record<number, ErrorClass>> = {
  10: "opted_out",
  11: "config",
  12: "config",
  13: "config",
  14: "invalid_address",
  17: "config",
  18: "config",
  51: "invalid_address",
  52: "invalid_address",
};

/** Reached the operator, not yet the handset. */
const DELIVERED_TO_OPERATOR = 2;
/** On its way to the network. */
const PENDING_ENROUTE = 7;

const DEAD_NUMBER = /UNKNOWN_SUBSCRIBER|UNIDENTIFIED_SUBSCRIBER|ILLEGAL_SUBSCRIBER|INVALID_DESTINATION/;

/** What a status object says, or null for a group nobody listed. */
export function infobipKind(status: JsonObject): StatusKind | null {
  const id = asNumber(status.id);
  switch ((asText(status.groupName) ?? "").toUpperCase()) {
    case "ACCEPTED":
    case "PENDING":
      return id === PENDING_ENROUTE ? "sent" : "queued";
    case "DELIVERED":
      return id === DELIVERED_TO_OPERATOR ? "sent" : "delivered";
    case "UNDELIVERABLE":
    case "EXPIRED":
    case "REJECTED":
      return "failed";
    default:
      return null;
  }
}

/** The failure a status and the error beside it name; `error.permanent` decides where the status leaves it open. */
export function infobipFailure(status: JsonObject, error: JsonObject = {}): Failure {
  const name = asText(status.name) ?? "";
  const errorName = asText(error.name);
  const isError = errorName !== undefined && errorName !== "NO_ERROR";
  const reason = [asText(status.description), isError ? asText(error.description) : undefined]
    .filter((part) => part !== undefined)
    .join(" ");
  return { class: classOf(status, error), code: isError ? `${name} ${errorName}` : name, reason: reason || name };
}

function classOf(status: JsonObject, error: JsonObject): ErrorClass {
  const group = (asText(status.groupName) ?? "").toUpperCase();
  if (group === "REJECTED") return REJECTED[asNumber(status.id) ?? 0] ?? "permanent";
  if (group === "EXPIRED") return "transient";
  if (DEAD_NUMBER.test(asText(error.name) ?? "")) return "invalid_address";
  return error.permanent === false && asText(error.name) !== "NO_ERROR" ? "transient" : "permanent";
}

/** The failure in an answer without a status: the v3 form and the older one (providers.md 9). */
export function infobipAnswerFailure(answer: Answer): Failure {
  const fields = objectIn(answer.text);
  const older = asObject(asObject(fields.requestError).serviceException);
  const violations = asObjects(fields.violations).map(
    ({ property, violation }) => `${asText(property) ?? "?"}: ${asText(violation) ?? "?"}`,
  );
  const said = asText(fields.description) ?? asText(older.text);
  const reason = [said, ...violations].filter((part) => part !== undefined).join("; ");
  const code = asText(fields.errorCode) ?? asText(older.messageId);
  return failureOf(answer, { class: answer.status < 300 ? "config" : undefined, code, reason });
}
