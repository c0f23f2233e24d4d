"use node";

import nodemailer, { type Transporter } from "nodemailer";
import type SMTPPool from "nodemailer/lib/smtp-pool";
import type { Failure, SendResult } from "../schema";
import { textSetting } from "./call";
import { copiesOf } from "./emailParts";
import { tokenOfKey } from "./reference";
import { classifySmtpError, type SmtpError } from "./smtpErrors";
import { guardedSocket } from "./smtpSocket";
import type { AdapterAccount, OutgoingMessage, ProviderAdapter } from "./types";
import { returnPath } from "./verp";

// Together well below the lease of an attempt: a message is never sent by an action that no longer owns it.
const CONNECT_TIMEOUT_MS = 10_000;
const SOCKET_TIMEOUT_MS = 20_000;

/** Connections to one server at a time: what common servers allow one client. */
const DEFAULT_MAX_CONNECTIONS = 5;

const IMPLICIT_TLS_PORT = 465;
const SUBMISSION_PORT = 587;

/**
 * E-mail through any SMTP server (providers.md section 2). Settings: `host`, `port` (587), `secure` (true on 465),
 * `requireTls`, `ignoreTls` (for a local test server), `user`, `maxConnections`, `bounceAddress` (bounces come back to it
 * with the message's key after a plus sign); secret: `password`. A 250 reply means the next hop has it: accepted, never
 * delivered.
 */
export function smtpAdapter(account: Pick<AdapterAccount, "settings" | "secrets" | "timeoutMs">): ProviderAdapter {
  const transport = nodemailer.createTransport(poolOptions(account));
  const started = watchData(transport);
  const bounceAddress = textSetting(account.settings.bounceAddress);
  return {
    send: (message) => sendOne(transport, started, message, bounceAddress),
    check: () => check(transport),
    close: () => transport.close(),
  };
}

// Known to nodemailer's pool, unknown to its types.
type PoolOptions = SMTPPool.Options & { maxRequeues: number };

function poolOptions({ settings, secrets, timeoutMs }: Parameters<typeof smtpAdapter>[0]): PoolOptions {
  const port = numberOf(settings.port, SUBMISSION_PORT);
  const user = settings.user;
  const host = String(settings.host ?? "127.0.0.1");
  return {
    pool: true,
    host,
    port,
    getSocket: guardedSocket({ host, port, timeoutMs: timeoutMs ?? CONNECT_TIMEOUT_MS }),
    secure: typeof settings.secure === "boolean" ? settings.secure : port === IMPLICIT_TLS_PORT,
    requireTLS: settings.requireTls === true,
    ignoreTLS: settings.ignoreTls === true,
    auth: typeof user === "string" && user !== "" ? { user, pass: secrets.password ?? "" } : undefined,
    maxConnections: numberOf(settings.maxConnections, DEFAULT_MAX_CONNECTIONS),
    // The pool would quietly send again when a connection closes; whether to do that is recovery's decision.
    maxRequeues: 0,
    connectionTimeout: timeoutMs ?? CONNECT_TIMEOUT_MS,
    greetingTimeout: timeoutMs ?? CONNECT_TIMEOUT_MS,
    socketTimeout: timeoutMs ?? SOCKET_TIMEOUT_MS,
  };
}

function numberOf(value: unknown, fallback: number): number {
  return typeof value === "number" && Number.isFinite(value) ? value : fallback;
}

type Transport = Transporter<SMTPPool.SentMessageInfo, SMTPPool.Options>;

/**
 * Message-IDs whose bytes started to flow. nodemailer reports a connection lost before and after DATA with the same
 * code; it pipes the message into the connection only once the server said 354, and that is what is watched here.
 */
function watchData(transport: Transport): Set<string> {
  const started = new Set<string>();
  transport.use("stream", (mail, done) => {
    const createReadStream = mail.message.createReadStream.bind(mail.message);
    mail.message.createReadStream = (options) => {
      const stream = createReadStream(options);
      const pipe = stream.pipe.bind(stream);
      stream.pipe = (destination, pipeOptions) => {
        started.add(mail.message.messageId());
        return pipe(destination, pipeOptions);
      };
      return stream;
    };
    done();
  });
  return started;
}

async function sendOne(
  transport: Transport,
  started: Set<string>,
  message: OutgoingMessage,
  bounceAddress: string | undefined,
): Promise<SendResult> {
  const messageId = bracketed(message.messageId ?? "");
  try {
    const info = await transport.sendMail({
      from: { address: message.from.address, name: message.from.name ?? "" },
      to: [{ address: message.to.address, name: message.to.name }, ...(message.copies?.to ?? [])],
      cc: message.copies?.cc,
      replyTo: message.replyTo,
      subject: message.subject ?? "",
      text: message.text,
      html: message.html,
      messageId,
      inReplyTo: message.inReplyTo === undefined ? undefined : bracketed(message.inReplyTo),
      references: message.references.map(bracketed),
      headers: asWritten(message.headers),
      date: new Date(message.at),
      attachments: message.attachments.map(({ name, contentType, contentId, content }) => ({
        filename: name,
        contentType,
        cid: contentId,
        content: Buffer.from(content),
      })),
      envelope: {
        from: bounceAddress === undefined ? message.from.address : returnPath(bounceAddress, message.idempotencyKey),
        // Blind copies stand in the envelope only.
        to: [message.to.address, ...copiesOf(message).all],
      },
      // Servers that know delivery status notifications (RFC 3461) return the key and the headers, not the whole mail.
      dsn: { envid: tokenOfKey(message.idempotencyKey), ret: "HDRS", notify: ["FAILURE", "DELAY"] },
    });
    return { kind: "accepted", providerMessageId: info.messageId.replace(/[<>]/g, "") };
  } catch (thrown) {
    return classifySmtpError(thrown as SmtpError, started.has(messageId));
  }
}

/** Connects, greets and signs in; no mail is begun. */
async function check(transport: Transport): Promise<Failure | null> {
  try {
    await transport.verify();
    return null;
  } catch (thrown) {
    const result = classifySmtpError(thrown as SmtpError, false);
    return result.kind === "refused" ? result.failure : null;
  }
}

/** Not folded or encoded: not every mail program unfolds List-Unsubscribe before it looks for the link. */
function asWritten(headers: Record<string, string>): Record<string, { prepared: boolean; value: string }> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { prepared: true, value }]));
}

const bracketed = (id: string) => `<${id}>`;
