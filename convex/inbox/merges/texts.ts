import { customerLanguage, type CustomerLanguage } from "../../lib/languages";

// What the team reads in a conversation that another one was put into, or that was split off. Pure.

type Place = { number: number; subject: string };

const TEXTS: Record<CustomerLanguage, { merged: string; split: string; splitOff: string; noSubject: string }> = {
  de: {
    merged: "{name} hat {other} mit diesem Gespräch zusammengeführt",
    split: "{name} hat dieses Gespräch von {other} abgetrennt",
    splitOff: "{name} hat einen Teil nach {other} abgetrennt",
    noSubject: "Nr. {number}",
  },
  en: {
    merged: "{name} merged {other} into this conversation",
    split: "{name} split this conversation off from {other}",
    splitOff: "{name} split a part off into {other}",
    noSubject: "no. {number}",
  },
  nl: {
    merged: "{name} heeft {other} met dit gesprek samengevoegd",
    split: "{name} heeft dit gesprek afgesplitst van {other}",
    splitOff: "{name} heeft een deel afgesplitst naar {other}",
    noSubject: "nr. {number}",
  },
};

/** The line for what happened between a conversation and another one, in the language of `locale`. */
export function mergeText(
  locale: string,
  kind: "merged" | "split" | "splitOff",
  { name, other }: { name: string; other: Place },
): string {
  const texts = TEXTS[customerLanguage(locale)];
  const place = placeText(locale, other);
  // One pass: a name or a subject with braces of its own stays as it is.
  return texts[kind].replace(/\{(name|other)\}/g, (_, part: string) => (part === "name" ? name : place));
}

/** How lines name another conversation: "no. 12 (Subject)". */
export function placeText(locale: string, { number, subject }: Place): string {
  const words = TEXTS[customerLanguage(locale)].noSubject.replace("{number}", String(number));
  return subject === "" ? words : `${words} (${subject})`;
}
