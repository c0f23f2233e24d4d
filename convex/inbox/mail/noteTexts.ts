import type { MailNote } from "../../intake/email/notes";
import { customerLanguage, type CustomerLanguage } from "../../lib/languages";

// What the team reads below a mail that was out of the ordinary. Pure.

const BYTES_PER_MB = 1024 * 1024;

type Texts = Record<MailNote["kind"], (detail: string) => string>;

const TEXTS: Record<CustomerLanguage, Texts> = {
  de: {
    unreadable: (why) => `Von dieser E-Mail waren nur die Kopfzeilen lesbar (${why}). Das Original hängt an.`,
    too_large: (bytes) => `Diese E-Mail ist mit ${megabytes(bytes, "de")} MB zu groß: nur ihr Kopf liegt hier.`,
    subject_cut: () => "Der Betreff war zu lang und ist gekürzt; der ganze hängt an.",
    many_recipients: (count) => `Diese E-Mail ging an ${count} Empfänger.`,
    attachments_cut: (count) => `Von ${count} Teilen werden nur die ersten gezeigt; das Original hängt an.`,
    wrong_type: (name) => `Vorsicht: „${name}“ ist etwas anderes, als der Name sagt.`,
    reused_id: () => "Eine andere Nachricht trägt dieselbe Message-ID; beide sind aufgehoben.",
    other_subject: (subject) => `Neuer Betreff: „${subject}“. Vielleicht ein anderes Anliegen?`,
    foreign_number: (number) =>
      `Der Betreff nennt Nr. ${number}, aber der Absender ist dort nicht beteiligt: deshalb eine neue Unterhaltung.`,
    answers_deleted: (number) =>
      `Antwort auf die gelöschte Unterhaltung Nr. ${number}: deshalb eine neue Unterhaltung.`,
    unproven_colleague: (address) =>
      `Eine E-Mail nennt ${address} als Absender, aber kein Mailserver bestätigt das: Sie gilt nicht als Antwort des Teams.`,
  },
  en: {
    unreadable: (why) => `Only the headers of this e-mail could be read (${why}). The original is attached.`,
    too_large: (bytes) => `This e-mail is too large (${megabytes(bytes, "en")} MB): only its headers are here.`,
    subject_cut: () => "The subject was too long and has been cut; all of it is attached.",
    many_recipients: (count) => `This e-mail went to ${count} recipients.`,
    attachments_cut: (count) => `Only the first of ${count} parts are shown; the original is attached.`,
    wrong_type: (name) => `Careful: “${name}” is something else than its name says.`,
    reused_id: () => "Another message has the same Message-ID; both are kept.",
    other_subject: (subject) => `New subject: “${subject}”. Perhaps another matter?`,
    foreign_number: (number) =>
      `The subject names no. ${number}, but the sender takes no part in it: so this is a new conversation.`,
    answers_deleted: (number) => `Answers conversation no. ${number}, which was deleted: so this is a new one.`,
    unproven_colleague: (address) =>
      `An e-mail names ${address} as its sender, but no mail server confirms that: it does not count as the team's answer.`,
  },
  nl: {
    unreadable: (why) => `Van deze e-mail waren alleen de kopregels leesbaar (${why}). Het origineel is bijgevoegd.`,
    too_large: (bytes) => `Deze e-mail is te groot (${megabytes(bytes, "nl")} MB): alleen de kopregels staan hier.`,
    subject_cut: () => "Het onderwerp was te lang en is ingekort; het hele onderwerp is bijgevoegd.",
    many_recipients: (count) => `Deze e-mail ging naar ${count} ontvangers.`,
    attachments_cut: (count) => `Alleen de eerste van ${count} delen zijn te zien; het origineel is bijgevoegd.`,
    wrong_type: (name) => `Let op: ‘${name}’ is iets anders dan de naam zegt.`,
    reused_id: () => "Een ander bericht heeft dezelfde Message-ID; beide zijn bewaard.",
    other_subject: (subject) => `Nieuw onderwerp: ‘${subject}’. Misschien een andere kwestie?`,
    foreign_number: (number) =>
      `Het onderwerp noemt nr. ${number}, maar de afzender hoort daar niet bij: daarom een nieuw gesprek.`,
    answers_deleted: (number) => `Antwoord op het verwijderde gesprek nr. ${number}: daarom een nieuw gesprek.`,
    unproven_colleague: (address) =>
      `Een e-mail noemt ${address} als afzender, maar geen mailserver bevestigt dat: hij telt niet als antwoord van het team.`,
  },
};

function megabytes(bytes: string, language: CustomerLanguage): string {
  return (Number(bytes) / BYTES_PER_MB).toLocaleString(language, { maximumFractionDigits: 1 });
}

/** The line for a note in the language of `locale`. */
export function noteText(locale: string, { kind, detail = "" }: MailNote): string {
  return TEXTS[customerLanguage(locale)][kind](detail);
}
