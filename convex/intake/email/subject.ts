// Reply and forward marks of mail programs in German, Dutch, English, French (and the Scandinavian and Spanish ones that
// reach us). Pure; the browser uses it too.

const REPLY_MARKS = ["re", "aw", "antw", "antwort", "antwoord", "réf", "rép", "ré", "sv", "odp"];
const FORWARD_MARKS = ["wg", "fwd", "fw", "weitergeleitet", "doorst", "doorgestuurd", "tr", "rv", "vb"];
/** Gateways put these before the sender's own subject: "[EXTERN] AW: Kurs". */
const GATEWAY_TAG = /^\[(?:ext|extern|external|externe?r?|spam\??)\]\s*/i;

/** "Re:", "RE :", "Re[2]:", "Re(3):", "AW：" at the start; the mark is the first group. */
const MARK = /^([\p{L}]{1,15})(?:\s?[[(^]\d{1,3}[\])]?)?\s?[:：]\s*/u;

type SplitSubject = { marks: ("reply" | "forward")[]; rest: string };

function splitMarks(subject: string): SplitSubject {
  const marks: SplitSubject["marks"] = [];
  let rest = subject.trim();
  for (;;) {
    const untagged = rest.replace(GATEWAY_TAG, "");
    const match = MARK.exec(untagged);
    const word = match?.[1]?.toLowerCase() ?? "";
    const kind = REPLY_MARKS.includes(word) ? "reply" : FORWARD_MARKS.includes(word) ? "forward" : null;
    if (match === null || kind === null) {
      // A tag counts as a mark only in front of one or of the bare subject; either way it is not part of the subject.
      return { marks, rest: untagged.trim() };
    }
    marks.push(kind);
    rest = untagged.slice(match[0].length);
  }
}

/** The subject without any leading reply, forward or gateway mark. */
export function stripSubject(subject: string): string {
  return splitMarks(subject).rest;
}

/** The form in which subjects are compared: marks stripped, one case, single spaces. */
export function normaliseSubject(subject: string): string {
  return stripSubject(subject).toLowerCase().replace(/\s+/g, " ").trim();
}

/** True when the newest thing done to the mail was forwarding it: "WG: AW: Kurs" yes, "AW: WG: Kurs" no. */
export function isForward(subject: string): boolean {
  return splitMarks(subject).marks[0] === "forward";
}

/** "Re: …" without stacking; an empty subject gives "Re:" (providers.md 7.4). */
export function replySubject(subject: string): string {
  return `Re: ${stripSubject(subject)}`.trimEnd();
}
