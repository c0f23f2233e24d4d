import type { AlertKind, Severity } from "./rules";

type Language = "de" | "en" | "nl";
type Values = Record<string, string | number>;
type Told = { kind: AlertKind; severity: Severity; values: Values; since: number };

const SENTENCES: Record<Language, Record<AlertKind, string>> = {
  en: {
    outage: "{name} does not send ({reason}).",
    failure_rate: "{percent} % of the messages over {name} fail.",
    slow_provider: "{name} answers slowly: one in twenty takes longer than {p95Ms} ms.",
    queue_age: "A message of the lane {lane} is overdue by {minutes} minutes.",
    cost_day: "{channel} has cost {spent} today; the limit is {limit}.",
    cost_month: "{channel} has cost {spent} this month; the limit is {limit}.",
    complaints: "{permille} of 1,000 recipients report our e-mails as spam.",
    intake_unread: "Came in and could not be read: {unread}, the oldest {minutes} minutes ago.",
    intake_refused: "{calls} calls to our addresses were refused: a wrong signature or password, or too large.",
    domain: "The sender domain of {name} is not set up right: {reason}",
  },
  de: {
    outage: "{name} sendet nicht ({reason}).",
    failure_rate: "{percent} % der Nachrichten über {name} schlagen fehl.",
    slow_provider: "{name} antwortet langsam: Eine von zwanzig braucht länger als {p95Ms} ms.",
    queue_age: "Eine Nachricht der Spur {lane} ist seit {minutes} Minuten überfällig.",
    cost_day: "{channel} hat heute {spent} gekostet; die Grenze ist {limit}.",
    cost_month: "{channel} hat diesen Monat {spent} gekostet; die Grenze ist {limit}.",
    complaints: "{permille} von 1.000 Empfängern melden unsere E-Mails als Spam.",
    intake_unread: "Eingegangen und nicht lesbar: {unread}, das Älteste vor {minutes} Minuten.",
    intake_refused:
      "{calls} Aufrufe unserer Adressen wurden abgewiesen: falsche Signatur, falsches Passwort oder zu groß.",
    domain: "Die Absenderdomain von {name} ist nicht richtig eingerichtet: {reason}",
  },
  nl: {
    outage: "{name} verstuurt niet ({reason}).",
    failure_rate: "{percent} % van de berichten via {name} mislukt.",
    slow_provider: "{name} antwoordt traag: één op de twintig duurt langer dan {p95Ms} ms.",
    queue_age: "Een bericht van de baan {lane} is {minutes} minuten te laat.",
    cost_day: "{channel} heeft vandaag {spent} gekost; de grens is {limit}.",
    cost_month: "{channel} heeft deze maand {spent} gekost; de grens is {limit}.",
    complaints: "{permille} van de 1.000 ontvangers melden onze e-mails als spam.",
    intake_unread: "Binnengekomen en niet leesbaar: {unread}, het oudste {minutes} minuten geleden.",
    intake_refused:
      "{calls} aanroepen van onze adressen zijn geweigerd: een verkeerde handtekening, een verkeerd wachtwoord, of te groot.",
    domain: "Het afzenderdomein van {name} is niet goed ingesteld: {reason}",
  },
};

const WORDS: Record<Language, { critical: string; warning: string; resolved: string; since: string; look: string }> = {
  en: {
    critical: "Alert",
    warning: "Warning",
    resolved: "Over",
    since: "Since",
    look: "See Monitoring in Switchboard.",
  },
  de: {
    critical: "Alarm",
    warning: "Warnung",
    resolved: "Vorbei",
    since: "Seit",
    look: "Mehr dazu unter „Überwachung“ in Switchboard.",
  },
  nl: {
    critical: "Alarm",
    warning: "Waarschuwing",
    resolved: "Voorbij",
    since: "Sinds",
    look: "Zie Bewaking in Switchboard.",
  },
};

const MS_PER_MINUTE = 60_000;
const MICROS = 1_000_000;

/** The e-mail about an alert: what is the matter, since when, in the organisation's language. */
export function alertText(
  locale: string,
  orgName: string,
  { kind, severity, values, since }: Told,
  what: "raised" | "resolved",
): { subject: string; text: string } {
  const language = languageOf(locale);
  const words = WORDS[language];
  const sentence = filled(SENTENCES[language][kind], valuesOf(values, locale));
  const label = what === "resolved" ? words.resolved : words[severity];
  const lines = [sentence, `${words.since}: ${new Date(since).toISOString()}`, words.look];
  return { subject: `[${orgName}] ${label}: ${sentence}`, text: lines.join("\n\n") };
}

function languageOf(locale: string): Language {
  const [language] = locale.split("-");
  return language === "de" || language === "nl" ? language : "en";
}

function valuesOf(values: Values, locale: string): Values {
  const money = (micros: string | number | undefined) =>
    new Intl.NumberFormat(locale, { style: "currency", currency: "EUR" }).format(Number(micros ?? 0) / MICROS);
  return {
    ...values,
    minutes: Math.round(Number(values.ageMs ?? 0) / MS_PER_MINUTE),
    spent: money(values.spentMicros),
    limit: money(values.limitMicros),
  };
}

function filled(sentence: string, values: Values): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
