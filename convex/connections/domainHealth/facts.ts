import type { Settings } from "../account";
import type { Provider } from "../providers";

// Where to look: which names hold the records of a sender domain, by provider. Pure.

/** One DNS question's outcome. Texts of one record are joined; "none" is an answer, "failed" is not. */
export type Lookup = { kind: "found"; values: string[] } | { kind: "none" } | { kind: "failed"; reason: string };

export type LookupPlan = {
  /** Of the From address. */
  domain: string;
  /** The envelope's domain, whose SPF counts; null when only the provider knows it. */
  spf: { host: string; include?: string; fallsBackToProvider: boolean } | null;
  dkim: {
    selectors: string[];
    /** The selectors are certain: if none of them is there, the key is missing. */
    isCertain: boolean;
  };
  /** Nearest first: the domain, then its parents down to two labels (the tree walk of DMARC). */
  dmarcHosts: string[];
};

/** What a provider uses for every customer; what differs by customer has to be entered in the connection. */
const KNOWN: Partial<Record<Provider, { dkim: string[]; isCertain: boolean; include?: string }>> = {
  resend: { dkim: ["resend"], isCertain: true, include: "amazonses.com" },
  sendgrid: { dkim: ["s1", "s2"], isCertain: true },
  mailgun: {
    dkim: ["pic", "mailo", "smtp", "k1", "mx", "email", "pdk1", "pdk2"],
    isCertain: false,
    include: "mailgun.org",
  },
  ses: { dkim: [], isCertain: false, include: "amazonses.com" },
  postmark: { dkim: ["pm"], isCertain: false },
  smtp: {
    dkim: ["default", "mail", "dkim", "selector1", "selector2", "google", "s1", "s2", "k1"],
    isCertain: false,
  },
};

/** More labels than any sender domain has; longer names are somebody's joke. */
const MAX_LABELS = 8;

/** Where the records of this account's sender domain are; null for accounts that send no real e-mail or name no sender. */
export function lookupPlan(provider: Provider, settings: Settings): LookupPlan | null {
  const known = KNOWN[provider];
  const domain = domainOf(settings.fromAddress);
  if (known === undefined || domain === null) return null;
  const entered = textOf(settings.dkimSelector)
    .split(/[\s,]+/)
    .filter(Boolean);
  return {
    domain,
    spf: spfPlan(provider, settings, domain, known.include),
    dkim:
      entered.length > 0
        ? { selectors: entered, isCertain: true }
        : { selectors: known.dkim, isCertain: known.isCertain },
    dmarcHosts: withParents(domain).map((name) => `_dmarc.${name}`),
  };
}

function spfPlan(
  provider: Provider,
  settings: Settings,
  domain: string,
  include: string | undefined,
): LookupPlan["spf"] {
  const entered = hostOf(settings.returnPathDomain);
  if (entered !== null) return { host: entered, include, fallsBackToProvider: false };
  switch (provider) {
    case "smtp":
      return { host: domainOf(settings.bounceAddress) ?? domain, fallsBackToProvider: false };
    case "resend":
      return { host: `send.${domain}`, include, fallsBackToProvider: false };
    case "mailgun":
      return { host: hostOf(settings.domain) ?? domain, include, fallsBackToProvider: false };
    // Without a CNAME of one's own the mail leaves under Postmark's domain: SPF passes, but not for ours.
    case "postmark":
      return { host: `pm-bounces.${domain}`, fallsBackToProvider: true };
    default:
      return null;
  }
}

function withParents(domain: string): string[] {
  const labels = domain.split(".").slice(-MAX_LABELS);
  return labels.slice(0, -1).map((_, i) => labels.slice(i).join("."));
}

const textOf = (value: unknown) => (typeof value === "string" ? value.trim() : "");

function domainOf(address: unknown): string | null {
  const text = textOf(address);
  return text.includes("@") ? hostOf(text.slice(text.lastIndexOf("@") + 1)) : null;
}

/** The name in lower case, if it can be one with at least two labels. */
function hostOf(value: unknown): string | null {
  const name = textOf(value).toLowerCase().replace(/\.$/, "");
  return /^(?=.{1,253}$)[\p{L}\p{N}_-]{1,63}(\.[\p{L}\p{N}_-]{1,63})+$/u.test(name) ? name : null;
}
