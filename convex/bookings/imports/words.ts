import { plainHeading } from "../../lib/csv";
import type { ManualStatus } from "../statuses";

// States and languages as files name them, in English, German and Dutch.

const STATE_WORDS: Record<ManualStatus, string> = {
  confirmed:
    "confirmed booked active accepted approved scheduled ok bestätigt gebucht aktiv fest zugesagt angenommen bevestigd " +
    "geboekt actief gepland",
  checked_in:
    "checkedin checkin arrived present eingecheckt angekommen anwesend erschienen ingecheckt aangekomen aanwezig",
  completed:
    "completed complete done finished attended past abgeschlossen erledigt beendet stattgefunden teilgenommen voltooid " +
    "afgerond afgelopen bijgewoond",
  no_show:
    "noshow notshown didnotattend missed absent nichterschienen nichtgekommen abwesend gefehlt nietverschenen " +
    "nietgekomen afwezig",
  cancelled:
    "cancelled canceled cancellation declined rejected deleted storniert abgesagt abgelehnt annulliert geannuleerd " +
    "afgezegd afgewezen",
};

const STATES: ReadonlyMap<string, ManualStatus> = new Map([
  ...wordsOf("confirmed"),
  ...wordsOf("checked_in"),
  ...wordsOf("completed"),
  ...wordsOf("no_show"),
  ...wordsOf("cancelled"),
]);

/** The state a word means; null for words nobody knows. */
export function stateOf(word: string): ManualStatus | null {
  return STATES.get(plainHeading(word)) ?? null;
}

const LANGUAGES: Readonly<Record<string, string>> = {
  german: "de",
  deutsch: "de",
  duits: "de",
  english: "en",
  englisch: "en",
  engels: "en",
  dutch: "nl",
  niederländisch: "nl",
  holländisch: "nl",
  nederlands: "nl",
};

/** A language as BCP 47; null for what is none. */
export function localeOf(word: string): string | null {
  const named = LANGUAGES[plainHeading(word)];
  if (named !== undefined) return named;
  const tag = word.trim().replaceAll("_", "-");
  return /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i.test(tag) ? tag : null;
}

function wordsOf(state: ManualStatus): [string, ManualStatus][] {
  return STATE_WORDS[state].split(" ").map((word) => [word, state]);
}
