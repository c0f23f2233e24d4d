import type { Failure, SendResult } from "../schema";
import { economicalText } from "../segments";
import {
  baseUrlOf,
  callProvider,
  failureOf,
  failureWithoutAnswer,
  isInDoubt,
  resultWithoutAnswer,
  type Answer,
} from "./call";
import { asText, objectIn } from "../../lib/json";
import { textWithReplies } from "./quickReplies";
import type { AdapterAccount, OutgoingMessage, ProviderAdapter } from "./types";

type Account = Omit<AdapterAccount, "ctx">;

/**
 * SMS through Bird's Channels API (providers.md 11.2; to be tried with the account before it is relied on). Settings:
 * `workspaceId`, `channelId`, `smartEncoding`, `baseUrl`; secret: `accessKey`. Our key is the `reference`. Reports come
 * from a webhook subscription, so a message names no address for them.
 */
export function birdAdapter(account: Account): ProviderAdapter {
  return {
    send: (message) => send(account, message),
    check: () => check(account),
    close() {},
  };
}

async function send(account: Account, message: OutgoingMessage): Promise<SendResult> {
  const text = textWithReplies(message);
  const answer = await callProvider({
    method: "POST",
    url: `${channelUrl(account)}/messages`,
    headers: { ...headersOf(account), "Content-Type": "application/json" },
    body: JSON.stringify({
      receiver: { contacts: [{ identifierValue: message.to.address, identifierKey: "phonenumber" }] },
      body: {
        type: "text",
        text: { text: account.settings.smartEncoding === false ? text : economicalText(text) },
      },
      reference: message.idempotencyKey,
    }),
    account,
  });
  if (answer.kind === "no_answer") return resultWithoutAnswer(answer);
  const { id, status, code } = objectIn(answer.text);
  const messageId = asText(id);
  if (answer.status < 300 && messageId !== undefined && asText(status) !== "rejected") {
    return { kind: "accepted", providerMessageId: messageId };
  }
  if (messageId === undefined && code === undefined && isInDoubt(answer)) {
    return { kind: "lost", reason: `The answer (${answer.status}) names no message.` };
  }
  return { kind: "refused", failure: failureIn(answer) };
}

/** Asks for the channel: proves key, workspace and channel. */
async function check(account: Account): Promise<Failure | null> {
  const url = channelUrl(account);
  const answer = await callProvider({ method: "GET", url, headers: headersOf(account), account });
  if (answer.kind === "no_answer") return failureWithoutAnswer(answer);
  return answer.status < 300 && asText(objectIn(answer.text).id) !== undefined ? null : failureIn(answer);
}

function failureIn(answer: Answer): Failure {
  const { code, message, reason } = objectIn(answer.text);
  const said = asText(message) ?? asText(reason);
  // A receiver Bird cannot read is the number's fault, whatever else the request was.
  const isReceiver =
    answer.status === 422 && /identifierValue|phone ?number|receiver/i.test(`${said ?? ""} ${answer.text}`);
  return failureOf(answer, {
    class: isReceiver ? "invalid_address" : answer.status < 300 ? "permanent" : undefined,
    code: asText(code),
    reason: said,
  });
}

function channelUrl(account: Account): string {
  const { workspaceId, channelId } = account.settings;
  return `${baseUrlOf("bird", account)}/workspaces/${String(workspaceId ?? "")}/channels/${String(channelId ?? "")}`;
}

const headersOf = ({ secrets }: Account) => ({
  Authorization: `AccessKey ${secrets.accessKey ?? ""}`,
  Accept: "application/json",
});
