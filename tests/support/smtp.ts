import { once } from "node:events";
import type { AddressInfo } from "node:net";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";

/** A mail the test server took in. */
type ReceivedMail = {
  envelopeFrom: string;
  envelopeTo: string[];
  /** Envelope id and what is to be reported (RFC 3461). */
  dsn: { envid?: string | null; ret?: string | null; notify?: string[] };
  raw: string;
  mail: Email;
};

/** What the test server does with a mail: keep it, answer with an SMTP error, hang up after reading it, or say nothing. */
type MailPolicy = (mail: { to: string; count: number }) => "accept" | "hang_up" | "say_nothing" | { reply: string };

/**
 * A real SMTP server on 127.0.0.1 and a random port. `received` has every mail whose body it read to the end, whatever
 * it answered; `policy` can be changed while it runs.
 */
export async function startSmtpServer(options: { user?: string; password?: string } = {}) {
  const received: ReceivedMail[] = [];
  const control: { policy: MailPolicy; rejectRecipient: string | null; recipientReply: string } = {
    policy: () => "accept",
    rejectRecipient: null,
    recipientReply: "550 5.1.1 user unknown",
  };
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    hideDSN: false,
    authOptional: options.user === undefined,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) => {
      const isRight = username === options.user && password === options.password;
      if (isRight) done(null, { user: username });
      else done(new Error("bad credentials"));
    },
    onRcptTo: ({ address }, _session, done) => {
      done(address === control.rejectRecipient ? smtpError(control.recipientReply) : null);
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const raw = Buffer.concat(chunks).toString("utf8");
        void PostalMime.parse(raw).then((mail) => {
          const { mailFrom, rcptTo, dsn } = session.envelope;
          const envelopeTo = rcptTo.map(({ address }) => address);
          const envelopeFrom = mailFrom === false ? "" : mailFrom.address;
          const notify = rcptTo[0]?.dsn?.notify;
          received.push({ envelopeFrom, envelopeTo, dsn: { ...dsn, notify }, raw, mail });
          const verdict = control.policy({ to: envelopeTo[0] ?? "", count: received.length });
          if (verdict === "accept") done();
          else if (verdict === "hang_up") server.connections.forEach((each) => each.close());
          else if (verdict === "say_nothing") return;
          else done(smtpError(verdict.reply));
        }, done);
      });
    },
  });
  server.on("error", () => undefined); // A client that hangs up is part of the tests.
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    received,
    control,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

function smtpError(reply: string): Error {
  return Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) });
}
