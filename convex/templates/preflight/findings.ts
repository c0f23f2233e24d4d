/** Everything that is looked for before a text goes out (product.md D-21, D-56; issue: pre-flight check). */
export const FINDING_CODES = [
  "unreadable",
  "no_text",
  "no_subject",
  "long_subject",
  "empty_link",
  "relative_link",
  "unsafe_link",
  "plain_http",
  "misleading_link",
  "unknown_variable",
  "no_fallback",
  "entry_outside",
  "no_list",
  "no_alt",
  "low_contrast",
  "no_unsubscribe",
  "heavy_html",
  "heavy_images",
  "many_segments",
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** What must be mended before it goes out, and what is better mended. */
export type Severity = "error" | "warning";

export type Finding = {
  code: FindingCode;
  severity: Severity;
  /** The words it is about: of a link, a value's name, the start of a text; empty where it is about the whole. */
  where: string;
  /** A figure that belongs to it: a contrast, kilobytes, segments. */
  figure?: number;
};

const ERRORS: readonly FindingCode[] = [
  "unreadable",
  "no_text",
  "no_subject",
  "empty_link",
  "relative_link",
  "unsafe_link",
  "misleading_link",
  "unknown_variable",
  "entry_outside",
  "no_list",
  "no_unsubscribe",
];

/** A finding with the severity of its code. */
export function finding(code: FindingCode, where = "", figure?: number): Finding {
  const severity = ERRORS.includes(code) ? "error" : "warning";
  return { code, severity, where, ...(figure === undefined ? {} : { figure }) };
}
