import type { CustomerLanguage } from "../../../lib/languages";

// The mail to somebody who asked for a new password. Pure.

const WORDS: Record<CustomerLanguage, { subject: string; text: string }> = {
  de: {
    subject: "Neues Passwort für Switchboard",
    text: `Guten Tag {name},

jemand hat ein neues Passwort für Ihr Konto bei Switchboard ({email}) angefordert. Über diesen Link wählen Sie es:

{url}

Er öffnet sich einmal und innerhalb einer Stunde. Alle anderen Anmeldungen enden dann.

Waren Sie es nicht, brauchen Sie nichts zu tun: Ihr Passwort bleibt, wie es ist.`,
  },
  en: {
    subject: "New password for Switchboard",
    text: `Hello {name},

somebody asked for a new password for your account at Switchboard ({email}). Choose it by this link:

{url}

It opens once, within an hour. You are signed out everywhere else then.

If it was not you, there is nothing to do: your password stays as it is.`,
  },
  nl: {
    subject: "Nieuw wachtwoord voor Switchboard",
    text: `Beste {name},

iemand heeft een nieuw wachtwoord gevraagd voor uw account bij Switchboard ({email}). Kies het via deze link:

{url}

Hij werkt één keer en binnen een uur. Overal elders wordt u dan afgemeld.

Was u het niet, dan hoeft u niets te doen: uw wachtwoord blijft zoals het is.`,
  },
};

/** Subject and text in the language of the workspace that sends it. */
export function resetMail(
  language: CustomerLanguage,
  values: { name: string; email: string; url: string },
): { subject: string; text: string } {
  const { subject, text } = WORDS[language];
  // One pass: what somebody calls themselves is not read as a placeholder.
  return { subject, text: text.replaceAll(/\{(name|email|url)\}/g, (_, key: keyof typeof values) => values[key]) };
}
