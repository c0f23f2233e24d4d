"use node";

import Domain from "twilio/lib/base/Domain";
import Version from "twilio/lib/base/Version";
import { MessageListInstance, type MessageListInstanceCreateOptions } from "twilio/lib/rest/api/v2010/account/message";
import type { Failure, SendResult } from "../schema";
import { economicalText } from "../segments";
import {
  baseUrlOf,
  callProvider,
  classOfStatus,
  failureOf,
  failureWithoutAnswer,
  isInDoubt,
  resultWithoutAnswer,
  textSetting,
  type Answer,
  type NoAnswer,
} from "./call";
import { asNumber, asObjects, asText, asTime, objectIn, parseJson } from "../../lib/json";
import { textWithReplies } from "./quickReplies";
import { REFERENCE_PARAMETER } from "./twilio";
import { classOfTwilioCode, twilioFailure } from "./twilioErrors";
import type { AdapterAccount, OutgoingMessage, ProviderAdapter } from "./types";

const API_VERSION = "2010-04-01";

/** Retries of a status callback: by default Twilio tries once. The fragment is neither sent nor signed (8.2). */
const CALLBACK_RETRIES = "#rc=3&rp=all&ct=2000&rt=5000&tt=15000";

/** Newest messages to one person that are looked through for a lost one. */
const FIND_LIMIT = 50;
/** Twilio's clock and ours may differ by so much. */
const CLOCK_SKEW_MS = 5_000;

/**
 * SMS and WhatsApp through Twilio (providers.md 8 and 13.9). Settings: `accountSid`, `apiKeySid` (with the secret
 * `apiKeySecret` instead of the Auth Token), `sender` or `messagingServiceSid`, `smartEncoding`, `baseUrl`; secret:
 * `authToken`. The official library writes the request and names its fields; the call itself is ours, because the
 * library loses the headers of refusals, follows redirects and cannot say whether a lost request had left. No
 * idempotency key: our key travels in the query of the status callback.
 */
export function twilioAdapter(account: Omit<AdapterAccount, "ctx">): ProviderAdapter {
  return {
    send: (message) => send(account, message),
    find: (message) => find(account, message),
    check: () => check(account),
    close() {},
  };
}

type Account = Omit<AdapterAccount, "ctx">;

async function send(account: Account, message: OutgoingMessage): Promise<SendResult> {
  const problem = problemWith(message);
  if (problem !== null) return { kind: "refused", failure: problem };
  const recorded = recordingClient(account);
  try {
    const { sid, numSegments } = await messagesOf(account, recorded).create(requestOf(account, message));
    if (typeof sid === "string" && sid !== "") return accepted(sid, numSegments);
  } catch {
    // The library throws for refusals and unreadable answers alike; what came back says which it was.
  }
  const { answer } = recorded;
  if (answer === null) throw new Error("Twilio's library made no request.");
  if (answer.kind === "no_answer") return resultWithoutAnswer(answer);
  const { code } = objectIn(answer.text);
  if (asNumber(code) === undefined && isInDoubt(answer)) {
    return { kind: "lost", reason: `The answer (${answer.status}) names no message.` };
  }
  return { kind: "refused", failure: failureIn(answer) };
}

function problemWith({ attachments, template }: OutgoingMessage): Failure | null {
  if (attachments.length > 0) {
    return { class: "permanent", code: "attachments", reason: "Twilio takes files by public address only." };
  }
  if (template === undefined || template.providerTemplateId !== undefined) return null;
  return { class: "config", code: "template", reason: `The template ${template.name} has no Content SID.` };
}

function accepted(sid: string, numSegments: unknown): SendResult {
  // "0" while a Messaging Service has not chosen a sender yet.
  const segments = Number(numSegments);
  return { kind: "accepted", providerMessageId: sid, ...(segments > 0 ? { segments } : {}) };
}

function requestOf({ settings }: Account, message: OutgoingMessage): MessageListInstanceCreateOptions {
  const { channel, to, template, statusUrl, idempotencyKey } = message;
  const isWhatsApp = channel === "whatsapp";
  const address = (number: string) => (isWhatsApp ? `whatsapp:${number}` : number);
  const service = textSetting(settings.messagingServiceSid);
  const sender = textSetting(settings.sender);
  return {
    to: address(to.address),
    ...(service === undefined ? { from: address(sender ?? "") } : { messagingServiceSid: service }),
    ...(template?.providerTemplateId === undefined
      ? { body: textOf(settings, message) }
      : { contentSid: template.providerTemplateId, contentVariables: numbered(template.bodyValues) }),
    ...(statusUrl === undefined ? {} : { statusCallback: callbackUrl(statusUrl, idempotencyKey) }),
  };
}

function textOf(settings: Account["settings"], message: OutgoingMessage): string {
  const text = textWithReplies(message);
  return message.channel === "sms" && settings.smartEncoding !== false ? economicalText(text) : text;
}

/** Content variables: a JSON text of {"1": "…", "2": "…"}. */
function numbered(values: readonly string[]): string {
  return JSON.stringify(Object.fromEntries(values.map((value, index) => [String(index + 1), value])));
}

function callbackUrl(statusUrl: string, idempotencyKey: string): string {
  const url = new URL(statusUrl);
  url.searchParams.set(REFERENCE_PARAMETER, idempotencyKey);
  return `${url.href}${CALLBACK_RETRIES}`;
}

/**
 * Looks a lost message up: Twilio cannot be asked by our key, so it is the newest one with these words to this person
 * since it was sent. Throws when Twilio cannot be asked; null is an answer.
 */
async function find(account: Account, message: OutgoingMessage): Promise<{ providerMessageId: string } | null> {
  const isWhatsApp = message.channel === "whatsapp";
  const to = `${isWhatsApp ? "whatsapp:" : ""}${message.to.address}`;
  const query = new URLSearchParams({ To: to, PageSize: String(FIND_LIMIT) });
  const answer = await ask(account, `Messages.json?${query}`);
  if (answer.kind === "no_answer") throw new Error(answer.reason);
  const { messages } = objectIn(answer.text);
  if (answer.status >= 300 || !Array.isArray(messages)) throw new Error(failureIn(answer).reason);
  const earliest = message.at - CLOCK_SKEW_MS;
  const text = textOf(account.settings, message);
  const same = asObjects(messages).find(
    ({ body, direction, date_created }) =>
      (body === text || message.template !== undefined) &&
      direction !== "inbound" &&
      (asTime(date_created) ?? 0) >= earliest,
  );
  const sid = asText(same?.sid);
  return sid === undefined ? null : { providerMessageId: sid };
}

/** Asks for the account itself: proves address, account and key. */
async function check(account: Account): Promise<Failure | null> {
  const answer = await ask(account, "");
  if (answer.kind === "no_answer") return failureWithoutAnswer(answer);
  const { sid, status } = objectIn(answer.text);
  if (answer.status >= 300 || sid !== accountSidOf(account)) {
    return answer.status < 300
      ? failureOf(answer, { class: "config", reason: "This is not the account at Twilio." })
      : failureIn(answer);
  }
  if (status === undefined || status === "active") return null;
  return failureOf(answer, {
    class: "config",
    code: "account",
    reason: `The account is ${asText(status) ?? "not active"}.`,
  });
}

async function ask(account: Account, path: string): Promise<Answer | NoAnswer> {
  const base = `${baseUrlOf("twilio", account)}/${API_VERSION}/Accounts/${accountSidOf(account)}`;
  const url = path === "" ? `${base}.json` : `${base}/${path}`;
  return await callProvider({ method: "GET", url, headers: authorised(account), account });
}

/** The failure in an answer: by Twilio's code, else by the HTTP status. */
function failureIn(answer: Answer): Failure {
  const { code, message } = objectIn(answer.text);
  const number = asNumber(code);
  const reason = asText(message);
  const byStatus = failureOf(answer, { class: classOfTwilioCode(number) ?? classOfStatus(answer.status), reason });
  if (number === undefined) return byStatus;
  return { ...twilioFailure(number, reason), ...byStatus, code: String(number) };
}

const accountSidOf = ({ settings }: Account) => String(settings.accountSid ?? "");

function authorised({ settings, secrets }: Account): Record<string, string> {
  const keySid = textSetting(settings.apiKeySid);
  const pair =
    keySid === undefined
      ? `${String(settings.accountSid ?? "")}:${secrets.authToken ?? ""}`
      : `${keySid}:${secrets.apiKeySecret ?? ""}`;
  return { Authorization: `Basic ${Buffer.from(pair, "utf8").toString("base64")}`, Accept: "application/json" };
}

/** What the library hands to its HTTP client, as far as we use it. */
type LibraryRequest = { uri: string; data?: Record<string, string | string[]> };

type RecordingClient = {
  answer: Answer | NoAnswer | null;
  request(request: LibraryRequest): Promise<{ statusCode: number; body: unknown; headers: Record<string, string> }>;
};

/** Stands in for the library's HTTP client for one call and keeps the answer. */
function recordingClient(account: Account): RecordingClient {
  const client: RecordingClient = {
    answer: null,
    async request({ uri, data = {} }) {
      const body = new URLSearchParams();
      for (const [name, value] of Object.entries(data)) {
        for (const each of Array.isArray(value) ? value : [value]) body.append(name, each);
      }
      const answer = await callProvider({ method: "POST", url: uri, headers: authorised(account), body, account });
      client.answer = answer;
      if (answer.kind === "no_answer") throw new Error(answer.reason);
      return { statusCode: answer.status, body: parseJson(answer.text), headers: {} };
    },
  };
  return client;
}

// Only the message resource is imported: the whole library is 8 MB of code, this part of it 100 kB. Its types want the
// whole; what they use of it is what is made here.
function messagesOf(account: Account, client: RecordingClient): MessageListInstance {
  const domain = new Domain(client as never, baseUrlOf("twilio", account));
  return MessageListInstance(new Version(domain, API_VERSION) as never, accountSidOf(account));
}
