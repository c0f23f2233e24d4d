import { HOUR_MS } from "../../lib/time";
import type { ErrorClass, Failure } from "../schema";
import { toBase64 } from "./bytes";
import {
  baseUrlOf,
  callProvider,
  failureOf,
  failureWithoutAnswer,
  isSuccess,
  sendResultOf,
  textSetting,
  type Answer,
  type NoAnswer,
} from "./call";
import { asciiMailbox, asciiText, copiesOf, emailHeadersOf, oneLine, unlessEmpty } from "./emailParts";
import { asNumber, asObject, asText, objectIn } from "../../lib/json";
import { REFERENCE_FIELD, tokenOfKey } from "./reference";
import { signedHeaders } from "./sesSign";
import type { AdapterAccount, OutgoingMessage, ProviderAdapter } from "./types";

// Amazon SES v2, sending (providers.md section 5). Its events are read in sesWebhook.ts.

/** The 24 h quota is a sliding window: some of it is free again every hour. */
const QUOTA_PAUSE_MS = HOUR_MS;

const SEND_PATH = "/v2/email/outbound-emails";
const ACCOUNT_PATH = "/v2/email/account";

/**
 * E-mail through Amazon SES v2. Settings: `region`, `accessKeyId`, `configurationSet` (its events go to SNS), `baseUrl`;
 * secret: `secretAccessKey`. SES honours no key, cannot be searched by one, and gives the mail a Message-ID of its own.
 */
export function sesAdapter(account: AdapterAccount): ProviderAdapter {
  return {
    async send(message) {
      const body = JSON.stringify(payloadOf(message, textSetting(account.settings.configurationSet)));
      const answer = await call(account, "POST", SEND_PATH, body);
      return sendResultOf(answer, { idIn: ({ text }) => asText(objectIn(text).MessageId), failureIn: sesFailure });
    },
    async check() {
      const answer = await call(account, "GET", ACCOUNT_PATH, "");
      if (answer.kind === "no_answer") return failureWithoutAnswer(answer);
      return isSuccess(answer) ? accountProblem(answer) : sesFailure(answer);
    },
    close() {},
  };
}

async function call(
  account: AdapterAccount,
  method: "GET" | "POST",
  path: string,
  body: string,
): Promise<Answer | NoAnswer> {
  const { settings, secrets } = account;
  const region = textSetting(settings.region) ?? "";
  const url = `${baseUrlOf("ses", account) || `https://email.${region}.amazonaws.com`}${path}`;
  if (!URL.canParse(url)) {
    return { kind: "no_answer", mayHaveArrived: false, isConfig: true, reason: "The address of SES is no URL." };
  }
  const headers = await signedHeaders({
    method,
    url,
    body,
    region,
    accessKeyId: textSetting(settings.accessKeyId) ?? "",
    secretAccessKey: secrets.secretAccessKey ?? "",
    at: Date.now(), // AWS refuses signatures that are minutes old, so not the message's time.
  });
  return await callProvider({ method, url, headers, body: method === "POST" ? body : undefined, account });
}

const utf8 = (text: string) => ({ Data: text, Charset: "UTF-8" });

function payloadOf(message: OutgoingMessage, configurationSet: string | undefined) {
  const { from, to, replyTo, subject, text, html, idempotencyKey } = message;
  const copies = copiesOf(message);
  return {
    FromEmailAddress: asciiMailbox(from),
    Destination: {
      ToAddresses: [asciiMailbox(to), ...copies.to],
      CcAddresses: unlessEmpty(copies.cc),
      BccAddresses: unlessEmpty(copies.bcc),
    },
    ReplyToAddresses: replyTo === undefined ? undefined : [replyTo],
    Content: {
      Simple: {
        Subject: utf8(oneLine(subject ?? "")),
        Body: { Text: utf8(text), Html: html === undefined ? undefined : utf8(html) },
        Headers: Object.entries(emailHeadersOf(message, false)).map(([Name, value]) => ({
          Name,
          Value: asciiText(value),
        })),
        Attachments: attachmentsOf(message),
      },
    },
    EmailTags: [{ Name: REFERENCE_FIELD, Value: tokenOfKey(idempotencyKey) }],
    ConfigurationSetName: configurationSet,
  };
}

function attachmentsOf({ attachments }: OutgoingMessage) {
  if (attachments.length === 0) return undefined;
  return attachments.map(({ name, contentType, contentId, content }) => ({
    RawContent: toBase64(content),
    FileName: oneLine(name),
    ContentType: contentType,
    ContentDisposition: contentId === undefined ? "ATTACHMENT" : "INLINE",
    ContentTransferEncoding: "BASE64",
    ContentId: contentId,
  }));
}

// The table of providers.md section 5, and what AWS says of keys that are wrong.
const CLASS_OF_TYPE: Record<string, ErrorClass> = {
  MessageRejected: "permanent",
  MailFromDomainNotVerifiedException: "config",
  AccountSuspendedException: "config",
  SendingPausedException: "config",
  BadRequestException: "permanent",
  NotFoundException: "config",
  LimitExceededException: "rate_limited",
  TooManyRequestsException: "rate_limited",
  ThrottlingException: "rate_limited",
  InternalServiceErrorException: "transient",
};

function sesFailure(answer: Answer): Failure {
  const body = objectIn(answer.text);
  const code = typeOf(answer);
  const reason = asText(body.message) ?? asText(body.Message);
  const failure = failureOf(answer, { class: classOf(answer.status, code, reason ?? ""), code, reason });
  return isQuota(reason ?? "") ? { ...failure, retryAfterMs: QUOTA_PAUSE_MS } : failure;
}

/** "MessageRejected:http://internal.amazon.com/…" in a header, or `__type` with a namespace in the body. */
function typeOf({ headers, text }: Answer): string | undefined {
  const named = headers.get("x-amzn-errortype") ?? asText(objectIn(text).__type);
  return asText(named?.split(":")[0]?.split("#").at(-1));
}

const isQuota = (reason: string) => /daily (message|sending) quota/i.test(reason);

function classOf(status: number, type: string | undefined, reason: string): ErrorClass | undefined {
  if (isQuota(reason)) return "config";
  if (status >= 500) return "transient";
  // An unverified sender, or a recipient outside the sandbox: the account's matter.
  if (type === "MessageRejected" && /not verified/i.test(reason)) return "config";
  if (type === "BadRequestException" && /illegal address|invalid domain|missing final '@domain'/i.test(reason)) {
    return "invalid_address";
  }
  return type === undefined ? undefined : CLASS_OF_TYPE[type];
}

/** An account that may not send, or has used up its quota, is found before a message is. */
function accountProblem(answer: Answer): Failure | null {
  const account = objectIn(answer.text);
  if (account.SendingEnabled === false || account.EnforcementStatus === "SHUTDOWN") {
    return { class: "config", code: "sending_paused", reason: "SES does not let this account send." };
  }
  const { Max24HourSend, SentLast24Hours } = asObject(account.SendQuota);
  const [limit, sent] = [asNumber(Max24HourSend), asNumber(SentLast24Hours)];
  if (limit === undefined || sent === undefined || limit < 0 || sent < limit) return null;
  const reason = `The quota of ${limit} messages in 24 hours is used up.`;
  return { class: "config", code: "quota", reason, retryAfterMs: QUOTA_PAUSE_MS };
}
