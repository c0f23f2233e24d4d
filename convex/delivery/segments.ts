// How many parts an SMS has (3GPP TS 23.038 and 23.040; providers.md 12). Pure; the composer counts with it too.

/** One character a unit, from the GSM 7-bit default alphabet. */
const GSM_BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/** Written as escape and character: two units that must stay together. */
const GSM_EXTENDED = "\f^{}\\[~]|€";

const GSM_UNITS = new Map([
  ...Array.from(GSM_BASIC, (char): [string, number] => [char, 1]),
  ...Array.from(GSM_EXTENDED, (char): [string, number] => [char, 2]),
]);

/** Units of a part: alone, and with the six bytes that join it to others. */
const CAPACITY = { gsm7: { single: 160, joined: 153 }, ucs2: { single: 70, joined: 67 } } as const;

export type SmsEncoding = keyof typeof CAPACITY;

export type SmsSegments = {
  encoding: SmsEncoding;
  /** What is charged; 0 for an empty text. */
  count: number;
  /** Septets for gsm7, UTF-16 code units for ucs2. */
  units: number;
  /** Units that still fit into the last part. */
  unitsLeft: number;
  /** Characters that force ucs2, each once, in order of appearance; empty for gsm7. */
  forcing: string[];
};

/** Counts the parts of a text as providers charge them. A pair of units is never parted, so a part may end early. */
export function countSegments(text: string): SmsSegments {
  const parts = splitSegments(text);
  const encoding = encodingOf(text);
  const last = unitsOf(parts.at(-1) ?? "", encoding);
  const capacity = CAPACITY[encoding][parts.length > 1 ? "joined" : "single"];
  return {
    encoding,
    count: parts.length,
    units: unitsOf(text, encoding),
    unitsLeft: parts.length === 0 ? CAPACITY.gsm7.single : capacity - last,
    forcing: [...new Set(Array.from(text).filter((char) => !GSM_UNITS.has(char)))],
  };
}

/** The parts a text is sent in, in order; joined they are the text. None for an empty text. */
export function splitSegments(text: string): string[] {
  const encoding = encodingOf(text);
  if (text === "") return [];
  if (unitsOf(text, encoding) <= CAPACITY[encoding].single) return [text];
  const parts: string[] = [];
  let part = "";
  let used = 0;
  for (const char of text) {
    const units = charUnits(char, encoding);
    if (used + units > CAPACITY[encoding].joined) {
      parts.push(part);
      part = "";
      used = 0;
    }
    part += char;
    used += units;
  }
  return [...parts, part];
}

/** Characters that look the same to a reader; each of the left ones alone turns a message into ucs2. */
const PLAIN: readonly [RegExp, string][] = [
  [/[„“”‟«»″]/g, '"'],
  [/[‚‘’‛‹›′`´]/g, "'"],
  [/[‐‑‒–—―−]/g, "-"],
  [/…/g, "..."],
  [/[\u00a0\u2000-\u200a\u202f\u205f\u3000\t]/g, " "],
  [/[\u00ad\u200b\u2060\ufeff]/g, ""],
  [/[•·]/g, "*"],
];

/**
 * The text with typographic characters made plain, when that saves: otherwise nothing is lost for nothing, and the text
 * is only composed (NFC: an "e" with a combining accent becomes the "é" of the alphabet). Letters stay what they are.
 */
export function economicalText(text: string): string {
  const composed = text.normalize("NFC");
  const plain = PLAIN.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), composed);
  return countSegments(plain).count < countSegments(composed).count || encodingOf(plain) !== encodingOf(composed)
    ? plain
    : composed;
}

/** What a message costs in millionths of the currency unit, by the price of one part. */
export function segmentsPriceMicros(text: string, pricePerSegmentMicros: number): number {
  return countSegments(text).count * pricePerSegmentMicros;
}

function encodingOf(text: string): SmsEncoding {
  for (const char of text) if (!GSM_UNITS.has(char)) return "ucs2";
  return "gsm7";
}

function unitsOf(text: string, encoding: SmsEncoding): number {
  if (encoding === "ucs2") return text.length;
  let units = 0;
  for (const char of text) units += charUnits(char, encoding);
  return units;
}

// Iterating a string yields whole code points, so a surrogate pair counts two here and stays in one part.
function charUnits(char: string, encoding: SmsEncoding): number {
  return encoding === "ucs2" ? char.length : (GSM_UNITS.get(char) ?? 1);
}
