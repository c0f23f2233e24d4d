import type { ErrorClass, SendResult } from "../schema";
import { REFUSED_ADDRESS } from "./call";

/** What nodemailer throws, plus what we watched ourselves: whether the message's bytes had started to flow. */
export type SmtpError = {
  message: string;
  /** nodemailer's own code: EENVELOPE, ECONNECTION, ETIMEDOUT, EAUTH, EMESSAGE, EDNS, ETLS … */
  code?: string;
  /** The SMTP reply code, when the server replied. */
  responseCode?: number;
  /** The server's reply in full. */
  response?: string;
};

// Each line is a row of the table in providers.md section 2, most telling first.
const RULES: { matches: (reply: Reply) => boolean; class: ErrorClass }[] = [
  // Wrong certificate or no TLS at all, whatever the server replied to STARTTLS: the settings, not the moment.
  { matches: ({ code }) => code === "ETLS" || code === "EREQUIRETLS", class: "config" },
  // The host leads into our own network: nothing was connected.
  { matches: ({ code }) => code === REFUSED_ADDRESS, class: "config" },
  { matches: ({ code }) => code === "EAUTH" || code === "ENOAUTH", class: "config" },
  { matches: ({ status }) => status === 535 || status === 530, class: "config" },
  { matches: ({ status, text }) => is4xx(status) && /rate|throttl|too many/i.test(text), class: "rate_limited" },
  { matches: ({ enhanced }) => enhanced === "4.7.28", class: "rate_limited" },
  { matches: ({ enhanced }) => ["5.1.1", "5.1.2", "5.1.3", "5.1.10"].includes(enhanced), class: "invalid_address" },
  // A full mailbox is emptied within hours; the retry policy's age limit makes it permanent.
  { matches: ({ enhanced }) => enhanced === "5.2.2", class: "transient" },
  { matches: ({ enhanced }) => enhanced === "5.7.26", class: "config" },
  { matches: ({ enhanced, text }) => enhanced === "5.7.1" && /\b(spf|dkim|dmarc)\b/i.test(text), class: "config" },
  { matches: ({ status }) => is4xx(status), class: "transient" },
  { matches: ({ status, enhanced }) => [551, 553].includes(status) && enhanced === "", class: "invalid_address" },
  { matches: ({ enhanced, text }) => isVague(enhanced) && NO_SUCH_USER.test(text), class: "invalid_address" },
  { matches: ({ status }) => status >= 500, class: "permanent" },
  // No reply: ours to judge. A malformed envelope stays malformed; everything else is the network.
  { matches: ({ code }) => code === "EENVELOPE" || code === "EMESSAGE", class: "permanent" },
];

// Servers that give no detail code, or one that says nothing, still say it in words.
const isVague = (enhanced: string) => ["", "5.0.0", "5.5.0", "5.3.0"].includes(enhanced);
const NO_SUCH_USER =
  /(user|recipient|mailbox|address|account) (is )?(unknown|not found|does not exist|doesn't exist)|(unknown|no such|invalid) (user|recipient|mailbox|address)/i;

type Reply = { code: string; status: number; enhanced: string; text: string };

const is4xx = (status: number) => status >= 400 && status < 500;

/**
 * What a failed SMTP transaction came to (table of providers.md section 2). `dataStarted`: the server had said 354 and
 * the message was flowing; if the connection broke then, without a reply, the server may have kept the message: `lost`.
 */
export function classifySmtpError(error: SmtpError, dataStarted: boolean): SendResult {
  const text = error.response ?? error.message;
  const status = error.responseCode ?? 0;
  if (status === 0 && dataStarted) return { kind: "lost", reason: error.message };
  const enhanced = /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(text)?.[1] ?? "";
  const reply = { code: error.code ?? "", status, enhanced, text };
  const errorClass = RULES.find(({ matches }) => matches(reply))?.class ?? "transient";
  const code = status === 0 ? error.code : [status, enhanced].filter(Boolean).join(" ");
  return { kind: "refused", failure: { class: errorClass, code, reason: text } };
}
