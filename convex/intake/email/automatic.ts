import type { InboundEmail } from "./inboundEmail";

// Loop guards of providers.md 7.5 (RFC 3834): mail that nothing may answer automatically.

export const AUTOMATIC_RULES = [
  "auto_submitted",
  "precedence",
  "mailing_list",
  "response_suppressed",
  "autoresponder_header",
  "loop_header",
  "empty_return_path",
  "delivery_report",
  "system_sender",
  "own_sender",
  "automatic_subject",
] as const;
export type AutomaticRule = (typeof AUTOMATIC_RULES)[number];

const AUTOMATIC_PRECEDENCE = new Set(["bulk", "list", "junk", "auto_reply"]);
const SUPPRESS_VALUES = new Set(["all", "oof", "autoreply", "dr", "rn", "nrn"]);
const SYSTEM_LOCAL_PARTS = new Set(["mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply"]);

/** Answers of absent people from programs that set no header (Outlook and Exchange, Lotus, T-Online, Free). */
const AUTOMATIC_SUBJECT =
  /^(?:automatische antwort|abwesenheits(?:notiz|nachricht|assistent)|out of (?:the )?office|automatic reply|auto(?:-| )?reply|automatisch(?:e)? antwoord|afwezigheid(?:sbericht|smelding)?|réponse automatique|absence du bureau)\s*(?::|-|$)/i;

type Guarded = Pick<InboundEmail, "headers" | "from"> & { subject?: string };

/** The value before any parameter or comment: "auto-replied (vacation); x=y" → "auto-replied". */
function firstToken(value: string | undefined): string {
  return value?.split(/[;,\s(]/)[0]?.toLowerCase() ?? "";
}

/** True for mailboxes no person reads: mailer-daemon, no-reply, bounce addresses. */
export function isSystemAddress(address: string): boolean {
  const local = address.slice(0, address.lastIndexOf("@")).toLowerCase();
  const base = local.split("+")[0] ?? local;
  return SYSTEM_LOCAL_PARTS.has(base) || base.startsWith("bounce");
}

const RULES: Record<AutomaticRule, (mail: Guarded, own: ReadonlySet<string>) => boolean> = {
  auto_submitted: ({ headers }) => {
    const token = firstToken(headers["auto-submitted"]);
    return token !== "" && token !== "no";
  },
  precedence: ({ headers }) => AUTOMATIC_PRECEDENCE.has(firstToken(headers.precedence)),
  mailing_list: ({ headers }) =>
    headers["list-id"] !== undefined || headers["list-unsubscribe"] !== undefined || headers["list-post"] !== undefined,
  response_suppressed: ({ headers }) =>
    (headers["x-auto-response-suppress"] ?? "")
      .toLowerCase()
      .split(/[\s,;]+/)
      .some((value) => SUPPRESS_VALUES.has(value)),
  autoresponder_header: ({ headers }) => headers["x-autoreply"] !== undefined || headers["x-autorespond"] !== undefined,
  loop_header: ({ headers }) => headers["x-loop"] !== undefined || headers["x-hub-loop"] !== undefined,
  empty_return_path: ({ headers }) => headers["return-path"]?.replace(/\s/g, "") === "<>",
  delivery_report: ({ headers }) => firstToken(headers["content-type"]) === "multipart/report",
  system_sender: ({ from }) => isSystemAddress(from.address),
  own_sender: ({ from }, own) => own.has(from.address.toLowerCase()),
  automatic_subject: ({ subject = "" }) => AUTOMATIC_SUBJECT.test(subject.trim()),
};

/**
 * The first rule that marks a mail as automatic, or null for mail a person wrote. `ownAddresses` are our sending
 * addresses, lower-case. Such mail is stored and shown but triggers nothing (product.md 2.3 no. 30).
 */
export function automaticRule(mail: Guarded, ownAddresses: ReadonlySet<string>): AutomaticRule | null {
  return AUTOMATIC_RULES.find((rule) => RULES[rule](mail, ownAddresses)) ?? null;
}
