import type { Purpose } from "../../lib/closedSets";
import type { AddressChannel } from "../schema";
import type { LocalText } from "./schema";

/** What a topic is, stored or built in. */
export type Topic = {
  key: string;
  name: LocalText;
  description: LocalText;
  purpose: Purpose;
  channels: AddressChannel[];
  order: number;
  isArchived: boolean;
};

const EVERY_CHANNEL: AddressChannel[] = ["email", "sms", "whatsapp"];

/** The topics of an organisation that has not made its own, one a purpose (product.md C-41). */
export const DEFAULT_TOPICS: readonly Topic[] = [
  {
    key: "bookings",
    name: { de: "Buchungen und Termine", en: "Bookings and dates", nl: "Boekingen en afspraken" },
    description: {
      de: "Bestätigungen, Erinnerungen und Änderungen zu dem, was Sie gebucht haben.",
      en: "Confirmations, reminders and changes of what you have booked.",
      nl: "Bevestigingen, herinneringen en wijzigingen van wat u hebt geboekt.",
    },
    purpose: "transactional",
    channels: EVERY_CHANNEL,
    order: 1,
    isArchived: false,
  },
  {
    key: "service",
    name: { de: "Service und Hinweise", en: "Service and hints", nl: "Service en tips" },
    description: {
      de: "Ob alles läuft und was Sie rund um Ihren Besuch noch wissen sollten.",
      en: "Whether everything is fine, and what else to know about your visit.",
      nl: "Of alles goed gaat en wat u nog moet weten over uw bezoek.",
    },
    purpose: "service",
    channels: EVERY_CHANNEL,
    order: 2,
    isArchived: false,
  },
  {
    key: "news",
    name: { de: "Angebote und Neuigkeiten", en: "Offers and news", nl: "Aanbiedingen en nieuws" },
    description: {
      de: "Neue Angebote, Aktionen und Termine.",
      en: "New offers, special deals and dates.",
      nl: "Nieuwe aanbiedingen, acties en data.",
    },
    purpose: "marketing",
    channels: EVERY_CHANNEL,
    order: 3,
    isArchived: false,
  },
  {
    key: "reviews",
    name: { de: "Bewertungen", en: "Reviews", nl: "Beoordelingen" },
    description: {
      de: "Eine Bitte um Ihre Meinung, nachdem Sie bei uns waren.",
      en: "A request for your opinion after you have been with us.",
      nl: "Een verzoek om uw mening nadat u bij ons bent geweest.",
    },
    purpose: "review",
    channels: EVERY_CHANNEL,
    order: 4,
    isArchived: false,
  },
  {
    key: "measurement",
    name: { de: "Auswertung von E-Mails", en: "Measuring e-mails", nl: "Meten van e-mails" },
    description: {
      de: "Wir dürfen sehen, ob Sie unsere E-Mails öffnen und welche Links Sie anklicken.",
      en: "We may see whether you open our e-mails and which links you follow.",
      nl: "Wij mogen zien of u onze e-mails opent en op welke links u klikt.",
    },
    purpose: "tracking",
    channels: ["email"],
    order: 5,
    isArchived: false,
  },
];
