import type { Failure, SendResult } from "../schema";
import { economicalText } from "../segments";
import {
  baseUrlOf,
  callProvider,
  failureWithoutAnswer,
  isInDoubt,
  resultWithoutAnswer,
  type Answer,
  type NoAnswer,
} from "./call";
import { asNumber, asObject, asObjects, asText, objectIn, type JsonObject } from "../../lib/json";
import { messagebirdAnswerFailure } from "./messagebirdErrors";
import { withoutPlus } from "./phone";
import { textWithReplies } from "./quickReplies";
import type { AdapterAccount, OutgoingMessage, ProviderAdapter } from "./types";

type Account = Omit<AdapterAccount, "ctx">;

/** Newest messages of the account that are looked through for a lost one. */
const FIND_LIMIT = 200;
/** MessageBird's clock and ours may differ by so much. */
const CLOCK_SKEW_MS = 60_000;

/**
 * SMS through MessageBird's REST API, which accounts from before Bird still have (providers.md 11.1). Settings: `sender`,
 * `smartEncoding`, `baseUrl`; secret: `accessKey`. Our key is the `reference`: it comes back with every status, and a
 * lost message is found by it.
 */
export function messagebirdAdapter(account: Account): ProviderAdapter {
  return {
    send: (message) => send(account, message),
    find: (message) => find(account, message),
    check: () => check(account),
    close() {},
  };
}

async function send(account: Account, message: OutgoingMessage): Promise<SendResult> {
  const { to, idempotencyKey, statusUrl } = message;
  const text = textWithReplies(message);
  const answer = await call(account, "POST", "/messages", {
    originator: withoutPlus(String(account.settings.sender ?? "")),
    recipients: [withoutPlus(to.address)],
    body: account.settings.smartEncoding === false ? text : economicalText(text),
    datacoding: "auto",
    reference: idempotencyKey,
    ...(statusUrl === undefined ? {} : { reportUrl: statusUrl }),
  });
  if (answer.kind === "no_answer") return resultWithoutAnswer(answer);
  const fields = objectIn(answer.text);
  const id = asText(fields.id);
  if (answer.status < 300 && id !== undefined) {
    const recipient = asObjects(asObject(fields.recipients).items)[0];
    const segments = asNumber(recipient?.messagePartCount) ?? 0;
    return { kind: "accepted", providerMessageId: id, ...(segments > 0 ? { segments } : {}) };
  }
  if (fields.errors === undefined && isInDoubt(answer)) {
    return { kind: "lost", reason: `The answer (${answer.status}) names no message.` };
  }
  return { kind: "refused", failure: messagebirdAnswerFailure(answer) };
}

/**
 * Looks a lost message up by our key among the messages since it was sent. Throws when MessageBird cannot be asked, or
 * when there were more than one answer shows: null would be a guess then.
 */
async function find(account: Account, message: OutgoingMessage): Promise<{ providerMessageId: string } | null> {
  const from = new Date(message.at - CLOCK_SKEW_MS).toISOString().replace(/\.\d+Z$/, "Z");
  const query = new URLSearchParams({ from, limit: String(FIND_LIMIT) });
  const answer = await call(account, "GET", `/messages?${query}`);
  if (answer.kind === "no_answer") throw new Error(answer.reason);
  const { items, totalCount } = objectIn(answer.text);
  if (answer.status >= 300 || !Array.isArray(items)) throw new Error(messagebirdAnswerFailure(answer).reason);
  const found = asObjects(items).find(({ reference }) => reference === message.idempotencyKey);
  const id = asText(found?.id);
  if (id !== undefined) return { providerMessageId: id };
  if ((asNumber(totalCount) ?? 0) > items.length) throw new Error("There are more messages than one answer shows.");
  return null;
}

/** Asks for the balance: proves the key. */
async function check(account: Account): Promise<Failure | null> {
  const answer = await call(account, "GET", "/balance");
  if (answer.kind === "no_answer") return failureWithoutAnswer(answer);
  const { amount } = objectIn(answer.text);
  return answer.status < 300 && amount !== undefined ? null : messagebirdAnswerFailure(answer);
}

function call(account: Account, method: "GET" | "POST", path: string, body?: JsonObject): Promise<Answer | NoAnswer> {
  return callProvider({
    method,
    url: `${baseUrlOf("messagebird", account)}${path}`,
    headers: {
      Authorization: `AccessKey ${account.secrets.accessKey ?? ""}`,
      Accept: "application/json",
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    account,
  });
}
