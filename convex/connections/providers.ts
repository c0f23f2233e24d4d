/** Providers with an adapter in delivery/providers; what each needs to know is in catalogue.ts. */
export const PROVIDERS = [
  "sandbox",
  "smtp",
  "resend",
  "sendgrid",
  "mailgun",
  "ses",
  "postmark",
  "twilio",
  "infobip",
  "vonage",
  "bird",
  "messagebird",
  "ecall",
  "meta",
  "webhook",
] as const;
export type Provider = (typeof PROVIDERS)[number];
