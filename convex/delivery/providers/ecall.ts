import { toBase64 } from "./bytes";
import type { Failure, SendResult } from "../schema";
import { economicalText } from "../segments";
import { baseUrlOf, callProvider, failureOf, isInDoubt, resultWithoutAnswer, textSetting, type Answer } from "./call";
import { asObject, asObjects, asText, objectIn } from "../../lib/json";
import { withoutPlus } from "./phone";
import { textWithReplies } from "./quickReplies";
import type { AdapterAccount, OutgoingMessage, ProviderAdapter } from "./types";

type Account = Omit<AdapterAccount, "ctx">;

/**
 * SMS through eCall.ch (providers.md 11.3; to be tried with the account before it is relied on). Settings: `user` (an API
 * user of the portal), `sender`, `numberPrefix` ("00", or "+" where the account wants it), `smartEncoding`, `baseUrl`;
 * secret: `password`. There is nothing to carry our key and nothing to ask about a lost message.
 */
export function ecallAdapter(account: Account): ProviderAdapter {
  return { send: (message) => send(account, message), close() {} };
}

async function send(account: Account, message: OutgoingMessage): Promise<SendResult> {
  const { settings, secrets } = account;
  const text = textWithReplies(message);
  const pair = new TextEncoder().encode(`${String(settings.user ?? "")}:${secrets.password ?? ""}`);
  const answer = await callProvider({
    method: "POST",
    url: `${baseUrlOf("ecall", account)}/api/message`,
    headers: {
      Authorization: `Basic ${toBase64(pair)}`,
      "Content-Type": "application/json",
      Accept: "application/json",
    },
    body: JSON.stringify({
      channel: "Sms",
      from: withoutPlus(String(settings.sender ?? "")),
      to: `${textSetting(settings.numberPrefix) ?? "00"}${withoutPlus(message.to.address)}`,
      content: { type: "Text", text: settings.smartEncoding === false ? text : economicalText(text) },
    }),
    account,
  });
  if (answer.kind === "no_answer") return resultWithoutAnswer(answer);
  const { messageId, errorCode } = objectIn(answer.text);
  const id = asText(messageId);
  if (answer.status < 300 && id !== undefined) return { kind: "accepted", providerMessageId: id };
  if (errorCode === undefined && isInDoubt(answer)) {
    return { kind: "lost", reason: `The answer (${answer.status}) names no message.` };
  }
  return { kind: "refused", failure: failureIn(answer) };
}

/** By the parameter at fault: `To` is the number's, `From` is ours. */
function failureIn(answer: Answer): Failure {
  const { errorCode, errorMessage, errorDetails } = objectIn(answer.text);
  const errors = asObjects(asObject(errorDetails).errors);
  const parameters = errors.map(({ parameter }) => (asText(parameter) ?? "").toLowerCase());
  const messages = errors.flatMap(({ messages: said }) => (Array.isArray(said) ? said : []));
  const reason = [asText(errorMessage), ...messages].filter((part) => typeof part === "string").join("; ");
  const isClear = answer.status === 401 || answer.status === 403 || answer.status === 429 || answer.status >= 500;
  const byParameter = parameters.includes("to")
    ? "invalid_address"
    : parameters.includes("from")
      ? "config"
      : undefined;
  return failureOf(answer, { class: isClear ? undefined : byParameter, code: asText(errorCode), reason });
}
