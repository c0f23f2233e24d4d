import type { Provider } from "../../connections/schema";
import { birdWebhook } from "./birdWebhook";
import { ecallWebhook } from "./ecallWebhook";
import { infobipWebhook } from "./infobipWebhook";
import { messagebirdWebhook } from "./messagebirdWebhook";
import { metaWebhook } from "./metaWebhook";
import { mailgunWebhook } from "./mailgunWebhook";
import { postmarkWebhook } from "./postmarkWebhook";
import { resendWebhook } from "./resend";
import { twilioWebhook } from "./twilio";
import { sendgridWebhook } from "./sendgridWebhook";
import { sesWebhook } from "./sesWebhook";
import { vonageWebhook } from "./vonageWebhook";
import type { ProviderWebhook } from "./types";

/** How each provider's webhooks are verified and read; providers without an entry call nobody. */
export const WEBHOOKS: Partial<Record<Provider, ProviderWebhook>> = {
  resend: resendWebhook,
  sendgrid: sendgridWebhook,
  mailgun: mailgunWebhook,
  ses: sesWebhook,
  postmark: postmarkWebhook,
  twilio: twilioWebhook,
  infobip: infobipWebhook,
  vonage: vonageWebhook,
  bird: birdWebhook,
  messagebird: messagebirdWebhook,
  ecall: ecallWebhook,
  meta: metaWebhook,
};
