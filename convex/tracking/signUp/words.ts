import type { CustomerLanguage } from "../../lib/languages";

// What a sign-up form says where the organisation says nothing itself.

type Words = Record<
  | "title"
  | "name"
  | "email"
  | "phone"
  | "either"
  | "button"
  | "trap"
  | "thanksTitle"
  | "thanks"
  | "problemTitle"
  | "badEmail"
  | "badPhone"
  | "notAgreed"
  | "invalid"
  | "off"
  | "forbidden"
  | "later",
  string
>;

/** The texts of the form's page and of the HTML to copy. */
export const SIGN_UP_WORDS: Record<CustomerLanguage, Words> = {
  de: {
    title: "Anmelden",
    name: "Name (freiwillig)",
    email: "E-Mail-Adresse",
    phone: "Telefonnummer",
    either: "Eines von beiden genügt.",
    button: "Anmelden",
    trap: "Bitte leer lassen",
    thanksTitle: "Fast geschafft",
    thanks: "Vielen Dank. Bitte bestätigen Sie Ihre Anmeldung über den Link, den wir Ihnen gerade geschickt haben.",
    problemTitle: "Das hat nicht geklappt",
    badEmail: "Bitte prüfen Sie die E-Mail-Adresse.",
    badPhone: "Bitte prüfen Sie die Telefonnummer.",
    notAgreed: "Bitte stimmen Sie zu, damit wir Ihnen schreiben dürfen.",
    invalid: "Bitte prüfen Sie Ihre Angaben.",
    off: "Dieses Formular gibt es nicht oder es ist gerade abgeschaltet.",
    forbidden: "Dieses Formular darf auf dieser Seite nicht stehen.",
    later: "Gerade kommen zu viele Anfragen an. Bitte versuchen Sie es später noch einmal.",
  },
  en: {
    title: "Sign up",
    name: "Name (optional)",
    email: "E-mail address",
    phone: "Phone number",
    either: "One of the two is enough.",
    button: "Sign up",
    trap: "Please leave this empty",
    thanksTitle: "Almost done",
    thanks: "Thank you. Please confirm your sign-up by the link that we have just sent you.",
    problemTitle: "That did not work",
    badEmail: "Please check the e-mail address.",
    badPhone: "Please check the phone number.",
    notAgreed: "Please agree, so that we may write to you.",
    invalid: "Please check what you filled in.",
    off: "This form does not exist, or it is switched off.",
    forbidden: "This form may not stand on this page.",
    later: "Too many requests are coming in. Please try again later.",
  },
  nl: {
    title: "Aanmelden",
    name: "Naam (optioneel)",
    email: "E-mailadres",
    phone: "Telefoonnummer",
    either: "Een van beide is genoeg.",
    button: "Aanmelden",
    trap: "Laat dit leeg",
    thanksTitle: "Bijna klaar",
    thanks: "Hartelijk dank. Bevestig uw aanmelding via de link die wij u zojuist hebben gestuurd.",
    problemTitle: "Dat is niet gelukt",
    badEmail: "Controleer het e-mailadres.",
    badPhone: "Controleer het telefoonnummer.",
    notAgreed: "Geef toestemming, zodat wij u mogen schrijven.",
    invalid: "Controleer uw gegevens.",
    off: "Dit formulier bestaat niet of is uitgeschakeld.",
    forbidden: "Dit formulier mag niet op deze pagina staan.",
    later: "Er komen nu te veel aanvragen binnen. Probeer het later opnieuw.",
  },
};
