import type { CustomerLanguage } from "../lib/languages";

// What the task of a given-up message says, in the organisation's language. Pure.

type Texts = {
  title: string;
  /** Nobody knows whether it was sent. */
  undecidedTitle: string;
  whatToDecide: string;
  providersWords: string;
  channel: string;
  channels: Readonly<Record<string, string>>;
  /** By the rule that gave it up or the class of the failure. */
  sentences: Readonly<Record<string, string>>;
  /** A rule without a sentence of its own. */
  givenUp: string;
};

/** The words of escalated tasks. */
export const ESCALATION_TEXTS: Record<CustomerLanguage, Texts> = {
  de: {
    title: "Nachricht nicht zugestellt",
    undecidedTitle: "Bitte entscheiden: Wurde diese Nachricht gesendet?",
    whatToDecide:
      "Der Anbieter hat nicht geantwortet, daher weiß niemand, ob die Nachricht angekommen ist. Öffnen Sie die Nachricht und wählen Sie: als gesendet behandeln, noch einmal senden oder verwerfen.",
    providersWords: "Wortlaut des Anbieters",
    channel: "Kanal",
    channels: { email: "E-Mail", sms: "SMS", whatsapp: "WhatsApp", webhook: "Webhook" },
    sentences: {
      max_attempts: "Alle Versuche, sie zu senden, sind gescheitert.",
      max_age: "Sie wurde zu alt, um es weiter zu versuchen.",
      opted_out: "Die Person hat sich abgemeldet.",
      permanent: "Der Anbieter hat sie endgültig abgelehnt.",
      invalid_address: "Die Adresse gibt es nicht.",
      window_closed: "Das WhatsApp-Fenster von 24 Stunden ist geschlossen.",
      transient: "Der Anbieter hatte eine vorübergehende Störung.",
      rate_limited: "Der Anbieter nimmt zurzeit nicht mehr Nachrichten an.",
      config: "Die Einstellungen oder Zugangsdaten der Verbindung stimmen nicht.",
      no_connection: "Für diesen Kanal ist kein Anbieter verbunden.",
      all_refused: "Alle Anbieter haben sie abgelehnt.",
      undecidable: "Es ließ sich nicht entscheiden, wie sie zu senden ist.",
      failed: "Der Anbieter meldete nach der Annahme, dass die Nachricht nicht zugestellt wurde.",
      bounced: "Die Nachricht kam als unzustellbar zurück.",
    },
    givenUp: "Die Nachricht wurde aufgegeben.",
  },
  en: {
    title: "Message not delivered",
    undecidedTitle: "Please decide: was this message sent?",
    whatToDecide:
      "The provider did not answer, so nobody knows whether the message arrived. Open the message and choose: treat it as sent, send it again, or drop it.",
    providersWords: "In the provider's words",
    channel: "Channel",
    channels: { email: "E-mail", sms: "SMS", whatsapp: "WhatsApp", webhook: "Webhook" },
    sentences: {
      max_attempts: "Every attempt to send it failed.",
      max_age: "It became too old to go on trying.",
      opted_out: "The person has opted out.",
      permanent: "The provider refused it for good.",
      invalid_address: "The address does not exist.",
      window_closed: "The 24-hour WhatsApp window is closed.",
      transient: "The provider had a temporary failure.",
      rate_limited: "The provider takes no more messages at present.",
      config: "The connection's settings or credentials are wrong.",
      no_connection: "No provider is connected for this channel.",
      all_refused: "Every provider refused it.",
      undecidable: "It could not be decided how to send it.",
      failed: "The provider accepted the message and then reported that it was not delivered.",
      bounced: "The message came back as undeliverable.",
    },
    givenUp: "The message was given up.",
  },
  nl: {
    title: "Bericht niet bezorgd",
    undecidedTitle: "Graag beslissen: is dit bericht verzonden?",
    whatToDecide:
      "De aanbieder heeft niet geantwoord, dus niemand weet of het bericht is aangekomen. Open het bericht en kies: als verzonden beschouwen, opnieuw verzenden of laten vallen.",
    providersWords: "In de woorden van de aanbieder",
    channel: "Kanaal",
    channels: { email: "E-mail", sms: "Sms", whatsapp: "WhatsApp", webhook: "Webhook" },
    sentences: {
      max_attempts: "Alle pogingen om het te verzenden zijn mislukt.",
      max_age: "Het werd te oud om het te blijven proberen.",
      opted_out: "De persoon heeft zich afgemeld.",
      permanent: "De aanbieder heeft het definitief geweigerd.",
      invalid_address: "Het adres bestaat niet.",
      window_closed: "Het WhatsApp-venster van 24 uur is gesloten.",
      transient: "De aanbieder had een tijdelijke storing.",
      rate_limited: "De aanbieder neemt op dit moment geen berichten meer aan.",
      config: "De instellingen of inloggegevens van de verbinding kloppen niet.",
      no_connection: "Voor dit kanaal is geen aanbieder verbonden.",
      all_refused: "Alle aanbieders hebben het geweigerd.",
      undecidable: "Het was niet te beslissen hoe het verzonden moet worden.",
      failed: "De aanbieder nam het bericht aan en meldde daarna dat het niet is bezorgd.",
      bounced: "Het bericht kwam als onbestelbaar terug.",
    },
    givenUp: "Het bericht is opgegeven.",
  },
};
