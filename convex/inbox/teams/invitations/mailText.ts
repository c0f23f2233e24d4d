import type { CustomerLanguage } from "../../../lib/languages";

// The mail that invites a colleague. Pure.

const WORDS: Record<CustomerLanguage, { subject: string; text: string }> = {
  de: {
    subject: "{inviter} lädt Sie zu {org} bei Switchboard ein",
    text: `Guten Tag,

{inviter} lädt Sie ein, bei {org} auf Switchboard mitzuarbeiten. Über diesen Link treten Sie bei oder lehnen ab:

{url}

Er öffnet sich einmal, bis {until}. Geben Sie ihn nicht weiter.

Kennen Sie {inviter} nicht, brauchen Sie nichts zu tun.`,
  },
  en: {
    subject: "{inviter} invites you to {org} on Switchboard",
    text: `Hello,

{inviter} invites you to work with {org} on Switchboard. Join or decline by this link:

{url}

It opens once, until {until}. Do not pass it on.

If you do not know {inviter}, there is nothing to do.`,
  },
  nl: {
    subject: "{inviter} nodigt u uit voor {org} op Switchboard",
    text: `Goedendag,

{inviter} nodigt u uit om mee te werken bij {org} op Switchboard. Via deze link doet u mee of slaat u af:

{url}

Hij werkt één keer, tot {until}. Geef hem niet door.

Kent u {inviter} niet, dan hoeft u niets te doen.`,
  },
};

type Values = { inviter: string; org: string; url: string; until: string };

/** Subject and text in the language of the workspace. */
export function invitationMail(language: CustomerLanguage, values: Values): { subject: string; text: string } {
  const { subject, text } = WORDS[language];
  // One pass: what somebody calls themselves is not read as a placeholder.
  const fill = (words: string) =>
    words.replaceAll(/\{(inviter|org|url|until)\}/g, (_, key: keyof Values) => values[key]);
  return { subject: fill(subject), text: fill(text) };
}
