import { SignJWT } from "jose/jwt/sign";
import { importPKCS8 } from "jose/key/import";
import { randomToken } from "../../lib/crypto";
import type { Failure, SendResult } from "../schema";
import { economicalText } from "../segments";
import { baseUrlOf, callProvider, failureWithoutAnswer, isInDoubt, resultWithoutAnswer, type Answer } from "./call";
import { asText, objectIn } from "../../lib/json";
import { withoutPlus } from "./phone";
import { textWithReplies } from "./quickReplies";
import type { AdapterAccount, OutgoingMessage, ProviderAdapter } from "./types";
import { vonageAnswerFailure } from "./vonageErrors";

/** A token lives longer than a batch and shorter than it is worth stealing. */
const TOKEN_LIFE = "15m";

type Account = Omit<AdapterAccount, "ctx">;

/**
 * SMS through Vonage's Messages API (providers.md 10). Settings: `applicationId`, `sender`, `smartEncoding`, `baseUrl`;
 * secret: `privateKey` (PKCS#8 PEM). Every call carries a token signed with the application's key (RS256). No idempotency
 * key: ours travels as `client_ref` and comes back with every status.
 */
export function vonageAdapter(account: Account): ProviderAdapter {
  // One token for the batch; a key that cannot be read is every message's answer.
  let token: Promise<string> | null = null;
  const tokenOnce = () => (token ??= vonageToken(account));
  return {
    send: (message) => send(account, tokenOnce, message),
    check: () => check(account, tokenOnce),
    close() {},
  };
}

/** A token for the account's application. Throws when its private key cannot be read. */
export async function vonageToken({ settings, secrets }: Pick<Account, "settings" | "secrets">): Promise<string> {
  // Keys pasted into forms often have their line breaks written out.
  const key = await importPKCS8((secrets.privateKey ?? "").replaceAll("\\n", "\n"), "RS256");
  return await new SignJWT({ application_id: String(settings.applicationId ?? "") })
    .setProtectedHeader({ alg: "RS256", typ: "JWT" })
    .setIssuedAt()
    .setExpirationTime(TOKEN_LIFE)
    .setJti(randomToken())
    .sign(key);
}

async function send(account: Account, token: () => Promise<string>, message: OutgoingMessage): Promise<SendResult> {
  const headers = await authorised(token);
  if ("class" in headers) return { kind: "refused", failure: headers };
  const answer = await callProvider({
    method: "POST",
    url: `${baseUrlOf("vonage", account)}/v1/messages`,
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify(bodyOf(account, message)),
    account,
  });
  if (answer.kind === "no_answer") return resultWithoutAnswer(answer);
  const { message_uuid: uuid, title } = objectIn(answer.text);
  const id = asText(uuid);
  if (answer.status < 300 && id !== undefined) return { kind: "accepted", providerMessageId: id };
  if (title === undefined && isInDoubt(answer)) {
    return { kind: "lost", reason: `The answer (${answer.status}) names no message.` };
  }
  return { kind: "refused", failure: vonageAnswerFailure(answer) };
}

function bodyOf({ settings }: Account, message: OutgoingMessage) {
  const { to, idempotencyKey, statusUrl } = message;
  const text = textWithReplies(message);
  return {
    channel: "sms",
    message_type: "text",
    to: withoutPlus(to.address),
    from: withoutPlus(String(settings.sender ?? "")),
    text: settings.smartEncoding === false ? text : economicalText(text),
    client_ref: idempotencyKey,
    sms: { encoding_type: "auto" },
    ...(statusUrl === undefined ? {} : { webhook_url: statusUrl, webhook_version: "v1" }),
  };
}

/** Lists the application's users: the cheapest call a token of the application may make. */
async function check(account: Account, token: () => Promise<string>): Promise<Failure | null> {
  const headers = await authorised(token);
  if ("class" in headers) return headers;
  const url = `${baseUrlOf("vonage", account)}/v1/users?page_size=1`;
  const answer = await callProvider({ method: "GET", url, headers, account });
  if (answer.kind === "no_answer") return failureWithoutAnswer(answer);
  return answer.status < 300 && isJson(answer) ? null : vonageAnswerFailure(answer);
}

const isJson = ({ text }: Answer) => text.trim().startsWith("{");

async function authorised(token: () => Promise<string>): Promise<{ Authorization: string } | Failure> {
  try {
    return { Authorization: `Bearer ${await token()}` };
  } catch {
    return { class: "config", code: "private_key", reason: "The private key is missing or no PKCS#8 key." };
  }
}
