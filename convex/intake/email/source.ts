import { decodeWords } from "postal-mime";

// The source of a mail as people look at it: its headers as a list, and what mail servers found out about its sender. Pure.

export type SourceHeader = { name: string; value: string };

/** Headers of a mail server that say what it checked; the first is of the server that took the mail in last. */
const CHECKED = ["authentication-results", "received-spf"];

export const CHECKS = ["spf", "dkim", "dmarc"] as const;
export type SenderCheck = { method: (typeof CHECKS)[number]; result: string };

/** The headers in front of a mail's words, unfolded, encoded words readable; lines that are none are left out. */
export function headersOfSource(source: string): SourceHeader[] {
  const start = /^\s*/.exec(source)?.[0].length ?? 0;
  const end = /\r?\n\r?\n/.exec(source.slice(start));
  const head = end === null ? source.slice(start) : source.slice(start, start + end.index);
  return head
    .replace(/\r?\n[ \t]+/g, " ")
    .split(/\r?\n/)
    .flatMap((line) => {
      const [, name, value = ""] = /^([\w!#$%&'*+.^`|~-]+):\s*(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [{ name, value: decodeWords(value.trim()) }];
    });
}

/** What the last mail server said of SPF, DKIM and DMARC; what it does not name is missing. */
export function senderChecks(headers: readonly SourceHeader[]): SenderCheck[] {
  const said = CHECKED.flatMap((name) => headers.find((header) => header.name.toLowerCase() === name) ?? []);
  return CHECKS.flatMap((method) => {
    for (const { name, value } of said) {
      const pattern = new RegExp(`(?:^|[\\s;])${method}\\s*=\\s*([a-z]+)`, "i");
      const isSpf = method === "spf" && name.toLowerCase() === "received-spf";
      const result = (isSpf ? /^([a-z]+)/i : pattern).exec(withoutComments(value))?.[1];
      if (result !== undefined) return [{ method, result: result.toLowerCase() }];
    }
    return [];
  });
}

/** Comments of a header can say anything, "dmarc=pass" too. */
function withoutComments(value: string): string {
  let plain = value;
  for (let before = ""; before !== plain;) {
    before = plain;
    plain = plain.replace(/\([^()]*\)/g, " ");
  }
  return plain.replace(/"[^"]*"/g, " ");
}

export const PROOFS = ["pass", "fail", "none"] as const;
export type SenderProof = (typeof PROOFS)[number];

/**
 * Whether mail servers vouch for the address in From: by DMARC, or by a DKIM signature of that address's own domain. SPF
 * alone speaks of the envelope, whose sender may be anybody.
 */
export function senderProof(headers: readonly SourceHeader[], from: string): SenderProof {
  const checks = senderChecks(headers);
  const resultOf = (method: SenderCheck["method"]) => checks.find((check) => check.method === method)?.result;
  const dmarc = resultOf("dmarc");
  if (dmarc === "pass") return "pass";
  const domain = from.slice(from.lastIndexOf("@") + 1).toLowerCase();
  const said = headers.find(({ name }) => name.toLowerCase() === CHECKED[0])?.value ?? "";
  const signed = [...withoutComments(said).matchAll(/(?:^|[\s;])dkim\s*=\s*pass\b[^;]*header\.d=([\w.-]+)/gi)];
  const isFailed = dmarc !== undefined && dmarc !== "none" && dmarc !== "bestguesspass";
  if (!isFailed && signed.some(([, by]) => by?.toLowerCase() === domain)) return "pass";
  return isFailed || resultOf("spf") === "fail" || resultOf("dkim") === "fail" ? "fail" : "none";
}
