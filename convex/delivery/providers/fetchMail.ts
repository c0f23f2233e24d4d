"use node";

import type { Provider } from "../../connections/schema";
import type { Failure } from "../schema";
import { baseUrlOf, callProvider, failureWithoutAnswer, isSuccess } from "./call";
import { asObject, asText, objectIn } from "../../lib/json";
import { download, hostOf, tooLarge } from "./media";
import { providerFetch } from "./providerFetch";
import { resendFailure } from "./resend";
import type { AdapterAccount, MailReport, MediaResult } from "./types";

// Mails that providers keep for us: Resend's inbound (providers.md 1.4), Mailgun's routes with store() (section 4).

type Account = Omit<AdapterAccount, "ctx">;

const RAW_MAIL = "message/rfc822";

/** Resend refuses callers that do not say who they are (providers.md section 1). */
const USER_AGENT = "Switchboard";

/**
 * The whole mail as raw MIME, at most `maxBytes`. What is refused with class `permanent` is refused for good; anything else
 * is worth another try.
 */
export async function fetchMail(
  provider: Provider,
  account: Account,
  mail: MailReport,
  maxBytes: number,
): Promise<MediaResult> {
  switch (provider) {
    case "resend":
      return await fromResend(account, mail, maxBytes);
    case "mailgun":
      return await fromMailgun(account, mail, maxBytes);
    default:
      return refused({ class: "permanent", code: "no_mail", reason: `${provider} keeps no mails for us.` });
  }
}

/** Resend names a signed address that is good for a while and wants no key. */
async function fromResend(account: Account, { id = "" }: MailReport, maxBytes: number): Promise<MediaResult> {
  const base = baseUrlOf("resend", account);
  const answer = await callProvider({
    method: "GET",
    url: `${base}/emails/receiving/${encodeURIComponent(id)}`,
    headers: { Authorization: `Bearer ${account.secrets.apiKey ?? ""}`, "User-Agent": USER_AGENT },
    account: { ...account, fetch: providerFetch("resend") },
  });
  if (answer.kind === "no_answer") return refused(failureWithoutAnswer(answer));
  if (!isSuccess(answer)) return refused(resendFailure(answer));
  const url = asText(asObject(objectIn(answer.text).raw).download_url);
  if (url === undefined) {
    return refused({ class: "transient", code: "no_raw", reason: "Resend does not offer the raw mail (yet)." });
  }
  return await download({ url, headers: {}, trusted: [] }, RAW_MAIL, maxBytes);
}

/** JSON around the mail escapes line breaks and quotation marks; and it repeats the recipients. */
const JSON_OVERHEAD = 2;

/** Mailgun gives the mail inside JSON, at an address of its own hosts, for the key of the account. */
async function fromMailgun(account: Account, { url = "" }: MailReport, maxBytes: number): Promise<MediaResult> {
  const trusted = [hostOf(baseUrlOf("mailgun", account)), ".mailgun.net", ".mailgun.org"];
  const key = Buffer.from(`api:${account.secrets.apiKey ?? ""}`).toString("base64");
  const headers = { Authorization: `Basic ${key}`, Accept: "message/rfc2822" };
  const result = await download({ url, headers, trusted }, "application/json", maxBytes * JSON_OVERHEAD);
  if (result.kind === "refused") {
    return result.tooLarge === undefined ? result : { ...result, tooLarge: { ...result.tooLarge, isJson: true } };
  }
  const raw = asText(objectIn(new TextDecoder().decode(result.bytes))["body-mime"]);
  if (raw === undefined) {
    return refused({ class: "permanent", code: "no_raw", reason: "Mailgun's answer holds no raw mail." });
  }
  const bytes = new TextEncoder().encode(raw);
  if (bytes.length <= maxBytes) return { kind: "file", bytes, contentType: RAW_MAIL };
  return tooLarge(bytes, bytes.length, `The mail has more than ${maxBytes} bytes.`);
}

const refused = (failure: Failure): MediaResult => ({ kind: "refused", failure });
