"use node";

import { Resend } from "resend";
import type { Failure, SendResult } from "../schema";
import { toBase64 } from "./bytes";
import {
  baseUrlOf,
  callProvider,
  failureWithoutAnswer,
  isSuccess,
  sendResultOf,
  type Answer,
  type NoAnswer,
  type ProviderCall,
} from "./call";
import { copiesOf, emailHeadersOf, mailbox, oneLine, unlessEmpty } from "./emailParts";
import { asObjects, asText, objectIn } from "../../lib/json";
import { REFERENCE_FIELD, tokenOfKey } from "./reference";
import { resendFailure } from "./resend";
import type { AdapterAccount, OutgoingMessage, ProviderAdapter } from "./types";

/**
 * E-mail through Resend (providers.md section 1), by its SDK. Settings: `baseUrl`; secret: `apiKey`. Resend honours our
 * key for 24 hours, so a repeated send is one message. It gives the mail a Message-ID of its own.
 */
export function resendAdapter(account: AdapterAccount): ProviderAdapter {
  return {
    send: (message) => send(account, message),
    check: () => check(account, String(account.settings.fromAddress ?? "")),
    close() {},
  };
}

async function send(account: AdapterAccount, message: OutgoingMessage): Promise<SendResult> {
  const client = new WatchedResend(account);
  await client.emails.send(payloadOf(message), { idempotencyKey: message.idempotencyKey });
  return sendResultOf(client.answer, { idIn: ({ text }) => asText(objectIn(text).id), failureIn: resendFailure });
}

type Payload = Parameters<Resend["emails"]["send"]>[0];

function payloadOf(message: OutgoingMessage): Payload {
  const copies = copiesOf(message);
  return {
    from: mailbox(message.from),
    to: [mailbox(message.to), ...copies.to],
    cc: unlessEmpty(copies.cc),
    bcc: unlessEmpty(copies.bcc),
    replyTo: message.replyTo,
    subject: oneLine(message.subject ?? ""),
    text: message.text,
    html: message.html,
    headers: emailHeadersOf(message, false),
    tags: [{ name: REFERENCE_FIELD, value: tokenOfKey(message.idempotencyKey) }],
    attachments: message.attachments.map(({ name, contentType, contentId, content }) => ({
      filename: oneLine(name),
      content: toBase64(content),
      contentType,
      contentId,
    })),
  };
}

/**
 * Asks for the account's domains: a key that may only send is refused there by name, which proves it. Also tells when
 * the sender's domain is not verified: every send would be refused.
 */
async function check(account: AdapterAccount, fromAddress: string): Promise<Failure | null> {
  const client = new WatchedResend(account);
  await client.domains.list();
  const { answer } = client;
  if (answer.kind === "no_answer") return failureWithoutAnswer(answer);
  if (!isSuccess(answer)) {
    const failure = resendFailure(answer);
    return failure.code === "restricted_api_key" ? null : failure;
  }
  const name = fromAddress.split("@").at(-1)?.toLowerCase();
  const domain = asObjects(objectIn(answer.text).data).find((each) => each.name === name);
  if (domain === undefined || domain.status === "verified") return null;
  const reason = `The domain ${name} is not verified at Resend (${asText(domain.status) ?? "no status"}).`;
  return { class: "config", code: "domain_not_verified", reason };
}

/**
 * The SDK with its one request kept: its own answer makes a refused connection and an answer that never came the same
 * thing, and we must know whether the message may have left. One client a request.
 */
class WatchedResend extends Resend {
  answer: Answer | NoAnswer = {
    kind: "no_answer",
    mayHaveArrived: false,
    isConfig: false,
    reason: "Nothing was asked.",
  };

  constructor(private readonly account: AdapterAccount) {
    super(account.secrets.apiKey ?? "missing", { baseUrl: baseUrlOf("resend", account) });
  }

  override async fetchRequest<T>(path: string, options: RequestInit = {}): ReturnType<typeof this.get<T>> {
    this.answer = await callProvider({
      method: options.method === "GET" ? "GET" : "POST",
      url: `${this.baseUrl}${path}`,
      headers: Object.fromEntries(new Headers(options.headers)),
      body: options.body as ProviderCall["body"],
      account: this.account,
    });
    // Nobody reads what the SDK would make of it.
    const error = { name: "application_error", message: "", statusCode: null } as const;
    return { data: null, error, headers: null };
  }
}
