import type { Failure } from "../schema";
import { asTime } from "../../lib/json";
import { keyOfToken } from "./reference";
import { classifySmtpError } from "./smtpErrors";
import type { StatusReport } from "./types";
import { keyInReturnPath } from "./verp";

// Reports that come as mail: delivery status notifications (RFC 3464) and complaints of feedback loops (RFC 5965).

/** The parts of a parsed mail that reports are read from. */
export type ReportMail = {
  attachments: readonly { contentType: string; bytes: Uint8Array }[];
  /** What stood after "+" in the addresses it was delivered to, lower-case. */
  plusTokens: readonly string[];
  /** Message-IDs it says it answers, without brackets. */
  inReplyTo: readonly string[];
  references: readonly string[];
};

/** Parts of a report are small; what is longer is the returned mail's body, which nobody needs here. */
const MAX_PART_CHARS = 64_000;

/** A mail of ours has one recipient; a report that names hundreds is not about one. */
const MAX_RECIPIENTS = 20;

/**
 * The facts in a mail, one a recipient; none in a mail that is no report (a person's, an out-of-office). `reference` is
 * our key, from the return path or the envelope id; `providerMessageId` the Message-ID of the mail that came back.
 * Anybody can write such a mail: believe only what fits a message of ours and whom it went to. `receivedAt` is UTC ms.
 */
export function reportsIn(mail: ReportMail, receivedAt: number): StatusReport[] {
  const status = partText(mail, ["message/delivery-status", "message/global-delivery-status"]);
  if (status !== null) return deliveryReports(mail, status, receivedAt);
  const feedback = partText(mail, ["message/feedback-report"]);
  return feedback === null ? [] : feedbackReports(mail, feedback, receivedAt);
}

function partText({ attachments }: ReportMail, types: readonly string[]): string | null {
  const part = attachments.find(({ contentType }) =>
    types.includes(contentType.toLowerCase().split(";")[0]?.trim() ?? ""),
  );
  return part === undefined ? null : new TextDecoder().decode(part.bytes.subarray(0, MAX_PART_CHARS));
}

type Fields = Map<string, string>;

/** Groups of header-like fields, separated by empty lines; names in lower case, folded lines joined (RFC 3464 2.1). */
function fieldGroups(text: string): Fields[] {
  const unfolded = text.replace(/\r\n?/g, "\n").replace(/\n[ \t]+(?=\S)/g, " ");
  const groups = unfolded.split(/\n[ \t]*\n/).map((group) => {
    const fields: Fields = new Map();
    for (const line of group.split("\n")) {
      const [, name, value] = /^([!-9;-~]+)[ \t]*:[ \t]*(.*)$/.exec(line) ?? [];
      if (name !== undefined && value !== undefined && !fields.has(name.toLowerCase())) {
        fields.set(name.toLowerCase(), value.trim());
      }
    }
    return fields;
  });
  return groups.filter((fields) => fields.size > 0);
}

/** "rfc822; max@example.org" as an address, xtext (RFC 3461 4) decoded. */
function addressIn(value: string | undefined): string | undefined {
  const text = value
    ?.slice(value.indexOf(";") + 1)
    .trim()
    .replace(/^<|>$/g, "");
  return text === undefined || !text.includes("@") ? undefined : xtext(text).toLowerCase();
}

function xtext(text: string): string {
  return text.replace(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function deliveryReports(mail: ReportMail, text: string, receivedAt: number): StatusReport[] {
  const [first, ...rest] = fieldGroups(text);
  if (first === undefined) return [];
  // Some servers put everything into one group.
  const recipients = rest.length === 0 ? [first] : rest;
  const reference = keyIn(mail) ?? keyOfToken(xtext(first.get("original-envelope-id") ?? "").toLowerCase());
  const providerMessageId = originalMessageId(mail);
  return recipients.slice(0, MAX_RECIPIENTS).flatMap((fields) => {
    const facts = deliveryFacts(fields);
    if (facts === null) return [];
    const address = addressIn(fields.get("original-recipient")) ?? addressIn(fields.get("final-recipient"));
    const at = asTime(fields.get("last-attempt-date")) ?? asTime(first.get("arrival-date")) ?? receivedAt;
    return [{ ...facts, reference, providerMessageId, address, at }];
  });
}

/** Only tokens that can be keys of ours: an address has other plus tokens too. */
function keyIn({ plusTokens }: ReportMail): string | undefined {
  const token = plusTokens.find((each) => each.includes("_"));
  return token === undefined ? undefined : keyOfToken(token);
}

function originalMessageId(mail: ReportMail): string | undefined {
  const id = originalHeaders(mail)
    .get("message-id")
    ?.match(/<([^<>\s]+)>/)?.[1];
  return id ?? mail.inReplyTo[0] ?? mail.references.at(-1);
}

/** The headers of the mail that came back, as far as the report carries them. */
function originalHeaders(mail: ReportMail): Fields {
  const text = partText(mail, [
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global-headers",
  ]);
  return fieldGroups(text ?? "")[0] ?? new Map<string, string>();
}

type Facts = Pick<StatusReport, "kind"> & Partial<StatusReport>;

// Actions of RFC 3464 2.3.3. `relayed` and `expanded`: handed on to where no further report comes from.
function deliveryFacts(fields: Fields): Facts | null {
  const action = /^[a-z]+/i.exec(fields.get("action") ?? "")?.[0].toLowerCase();
  switch (action) {
    case "failed":
      return { kind: "bounced", failure: failureOf(fields) };
    case "delayed":
      return { kind: "sent", isTransient: true, failure: { ...failureOf(fields), class: "transient" } };
    case "delivered":
      return { kind: "delivered" };
    case "relayed":
    case "expanded":
      return { kind: "sent" };
    default:
      return null;
  }
}

/** The remote server's words decide, by the same table as an answer to our own server's face (providers.md 2). */
function failureOf(fields: Fields): Failure {
  const enhanced = /[245]\.\d{1,3}\.\d{1,3}/.exec(fields.get("status") ?? "")?.[0] ?? "";
  const diagnostic = fields.get("diagnostic-code")?.replace(/^[a-z0-9-]+[ \t]*;[ \t]*/i, "") ?? "";
  const replyCode = /^[245]\d\d\b/.exec(diagnostic)?.[0];
  const hasDetail = /\b[245]\.\d{1,3}\.\d{1,3}\b/.test(diagnostic);
  const response = [replyCode, hasDetail ? "" : enhanced, diagnostic.replace(/^[245]\d\d\s*/, "")]
    .filter(Boolean)
    .join(" ");
  const responseCode = Number(replyCode ?? `${enhanced[0] ?? "5"}00`);
  const result = classifySmtpError({ message: response, response, responseCode }, false);
  const reason = diagnostic || enhanced || "The message could not be delivered.";
  const failure: Failure = result.kind === "refused" ? result.failure : { class: "permanent", reason };
  // A server that gave up says nothing about when to try again: our own settings are not at fault for its throttling.
  const errorClass = failure.class === "rate_limited" ? "transient" : failure.class;
  return { class: errorClass, code: enhanced || failure.code, reason };
}

const COMPLAINTS = ["abuse", "fraud", "virus"];

/** Feedback loops often leave the address out: then the return path or the Message-ID says whose complaint it is. */
function feedbackReports(mail: ReportMail, text: string, receivedAt: number): StatusReport[] {
  const fields = new Map(fieldGroups(text).flatMap((group) => [...group]));
  const type = fields.get("feedback-type")?.toLowerCase() ?? "";
  const kind = COMPLAINTS.includes(type) ? "complained" : type === "opt-out" ? "unsubscribed" : null;
  if (kind === null) return [];
  const original = originalHeaders(mail);
  const path = fields.get("original-mail-from") ?? original.get("return-path");
  const reference = keyIn(mail) ?? keyInReturnPath(path);
  const address =
    addressIn(fields.get("original-rcpt-to")) ?? addressIn(/[^\s<>]+@[^\s<>]+/.exec(original.get("to") ?? "")?.[0]);
  const at = asTime(fields.get("arrival-date")) ?? asTime(fields.get("received-date")) ?? receivedAt;
  return [{ kind, reference, providerMessageId: originalMessageId(mail), address, at }];
}
