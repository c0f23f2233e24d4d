// Words by which a person ends text messages (providers.md 21.2). Pure.

const STOP_WORDS = [
  // English
  ..."stop,stopall,stop all,unsubscribe,cancel,end,quit,revoke,optout,opt out,remove me".split(","),
  // German
  ..."stopp,abmelden,abbestellen,austragen,abmeldung,keine werbung,keine sms,nicht mehr".split(","),
  // French
  ..."arret,arrêt,désabonner,desabonner,désinscrire,désinscription".split(","),
  // Italian and Spanish
  ..."ferma,cancella,annulla,disiscrivimi,cancellami,baja,alto,cancelar".split(","),
  // Dutch
  ..."afmelden,uitschrijven".split(","),
];
/** Mean a booking or an erasure as easily: a person decides (providers.md 21.2). */
const AMBIGUOUS_WORDS = new Set(["cancel", "end", "cancelar", "cancella", "annulla", "alto"]);

/** A keyword followed by more than this is a sentence, not a command. */
const MAX_WORDS = 3;

/** Lower-case words without punctuation, emoji and quotation marks; inner hyphens count as spaces ("opt-out"). */
function wordsOf(text: string): string[] {
  return text
    .normalize("NFC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, "")
    .split(/[\s-]+/)
    .filter((word) => word !== "");
}

/**
 * True when a text message asks for no more messages: the whole message is a keyword, or its first word is one and it
 * has at most three words. A word that may mean the booking counts only when it is the whole message.
 */
export function isOptOut(text: string): boolean {
  const words = wordsOf(text);
  if (STOP_WORDS.includes(words.join(" "))) return true;
  const first = words[0] ?? "";
  return words.length <= MAX_WORDS && STOP_WORDS.includes(first) && !AMBIGUOUS_WORDS.has(first);
}
