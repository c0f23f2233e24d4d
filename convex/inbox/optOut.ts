// Words by which a person ends, resumes or asks about text messages (providers.md 21.2). Pure.

/** End the messages, whatever the conversation is about. */
const STOP_WORDS = [
  // English
  ..."stop,stopall,stop all,unsubscribe,quit,revoke,optout,opt out,remove me".split(","),
  // German
  ..."stopp,abmelden,abbestellen,austragen,abmeldung,keine werbung,keine sms,nicht mehr".split(","),
  // French
  ..."arret,arrêt,désabonner,desabonner,désinscrire,désinscription".split(","),
  // Italian and Spanish
  ..."ferma,disiscrivimi,cancellami,baja".split(","),
  // Dutch
  ..."afmelden,uitschrijven".split(","),
];

/** End the messages too, unless there is a booking they may mean as easily. */
const BOOKING_OR_STOP_WORDS = ["cancel", "end", "cancelar", "cancella", "annulla", "alto"];

/** Mean a booking, a contract or an erasure: a person decides. */
const QUESTION_WORDS = "absagen,kündigen,kuendigen,löschen,loeschen,stornieren,annuleren,opzeggen,verwijderen".split(
  ",",
);

const START_WORDS = "start,unstop,anmelden,abonnieren,aanmelden".split(",");

/** Answers; they mean something only where something was asked. */
const YES_WORDS = ["yes", "ja"];

const HELP_WORDS = "help,info,hilfe,aide,aiuto".split(",");

/** Plain answers: an organisation must not make them end messages. */
const ANSWER_WORDS = "no,nein,nee,ok,okay,danke,thanks,bedankt".split(",");

/** Own words an organisation can add; more than this are no keywords any more. */
export const MAX_OWN_WORDS = 30;
export const MAX_WORD_CHARS = 40;

/** A keyword followed by more than this is a sentence, not a command. */
const MAX_WORDS = 3;

/** What a text message asks for; null for an ordinary message. */
export type OptWord =
  | "stop"
  /** Stop, or cancel the booking. */
  | "stop_or_cancel"
  | "start"
  | "yes"
  | "help"
  /** A word that may mean a booking, a contract or an erasure. */
  | "question"
  /** In one's own words: no more messages, please. */
  | "revocation";

/**
 * Reads a text message. A stop word counts when it is the whole message, or the first of at most three words; every
 * other word only when it is the whole message. Case, punctuation, quotation marks, emoji and width do not matter.
 * `ownStops`: the organisation's own stop words, plain; what is built in goes before them.
 */
export function readOptWord(text: string, ownStops: readonly string[] = []): OptWord | null {
  const words = wordsOf(text);
  const whole = words.join(" ");
  if (STOP_WORDS.includes(whole)) return "stop";
  if (BOOKING_OR_STOP_WORDS.includes(whole)) return "stop_or_cancel";
  if (START_WORDS.includes(whole)) return "start";
  if (YES_WORDS.includes(whole)) return "yes";
  if (HELP_WORDS.includes(whole)) return "help";
  if (QUESTION_WORDS.includes(whole)) return "question";
  if (ownStops.includes(whole)) return "stop";
  const first = words[0] ?? "";
  if (words.length <= MAX_WORDS && (STOP_WORDS.includes(first) || ownStops.includes(first))) return "stop";
  return isRevocation(whole) ? "revocation" : null;
}

/** Why a word cannot be an organisation's own stop word, or null when it can. */
export function ownWordProblem(word: string): "empty" | "too_long" | "built_in" | "other_meaning" | null {
  const plain = plainWords(word);
  if (!/\p{L}/u.test(plain)) return "empty";
  if (plain.length > MAX_WORD_CHARS || plain.split(" ").length > MAX_WORDS) return "too_long";
  if (ANSWER_WORDS.includes(plain)) return "other_meaning";
  const meaning = readOptWord(plain);
  if (meaning === null) return null;
  return meaning === "stop" ? "built_in" : "other_meaning";
}

/** A word as messages are compared with it: lower case, no punctuation, single spaces. */
export function plainWords(text: string): string {
  return wordsOf(text).join(" ");
}

/** What is done about a word: end the messages, put the question to the team, or both. */
export type OptOutDecision = { ends: boolean; asksTeam: boolean };

/**
 * "Cancel" with a booking ahead is a question to the team; under US rules it ends the messages as well, because there
 * any reasonable way to revoke counts (47 CFR 64.1200(a)(10)). A booking is never cancelled by it.
 */
export function decideOptOut(word: OptWord, about: { hasBooking: boolean; isUs: boolean }): OptOutDecision {
  switch (word) {
    case "stop":
      return { ends: true, asksTeam: false };
    case "stop_or_cancel":
      return { ends: !about.hasBooking || about.isUs, asksTeam: about.hasBooking };
    case "question":
      return { ends: about.hasBooking && about.isUs, asksTeam: true };
    case "revocation":
      return { ends: false, asksTeam: true };
    case "start":
    case "yes":
    case "help":
      return { ends: false, asksTeam: false };
  }
}

/** Lower-case words without punctuation, emoji and quotation marks; inner hyphens count as spaces ("opt-out"). */
function wordsOf(text: string): string[] {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}\s-]/gu, "")
    .split(/[\s-]+/)
    .filter((word) => word !== "");
}

const THINGS = "nachrichten|nachricht|sms|mails?|emails?|werbung|newsletter|whatsapps?";
const ENGLISH_THINGS = "texts?|messages?|e ?mails?|sms|newsletters?|ads";
const DUTCH_THINGS = "berichten|sms|sms jes|mails?|reclame|nieuwsbrief|nieuwsbrieven|apps";

/** Requests in own words, as plain words without punctuation. They ask; "I got no messages" only tells. */
const REVOCATIONS = [
  new RegExp(`\\bbitte (?:\\p{L}+ ){0,3}keine (?:\\p{L}+ ){0,2}(?:${THINGS})\\b`, "u"),
  new RegExp(`\\b(?:möchte|will|wünsche) (?:\\p{L}+ ){0,2}keine (?:\\p{L}+ ){0,2}(?:${THINGS})\\b`, "u"),
  /\b(?:schreiben|schicken|senden) sie mir (?:bitte )?(?:nichts|nicht|keine (?:\p{L}+ ){0,2}) ?mehr\b/u,
  /\bnicht mehr (?:anschreiben|schreiben|kontaktieren|anrufen)\b/u,
  /\b(?:streichen|nehmen|löschen|entfernen) sie (?:mich|meine (?:nummer|adresse)|bitte meine (?:nummer|adresse))\b/u,
  new RegExp(`\\bno more (?:\\p{L}+ )?(?:${ENGLISH_THINGS})\\b`, "u"),
  /\b(?:stop|quit) (?:texting|messaging|emailing|mailing|contacting|sending)\b/u,
  /\b(?:do not|dont) (?:text|message|email|mail|contact) me\b/u,
  /\b(?:take me off|remove me from|unsubscribe me)\b/u,
  new RegExp(`\\bgeen (?:\\p{L}+ )?(?:${DUTCH_THINGS}) meer\\b.*\\b(?:graag|aub|alstublieft|sturen|ontvangen)\\b`, "u"),
  /\b(?:stuur|stuurt u) mij (?:alstublieft )?niets meer\b/u,
];

function isRevocation(words: string): boolean {
  return REVOCATIONS.some((pattern) => pattern.test(words));
}
