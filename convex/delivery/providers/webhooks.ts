import type { Provider } from "../../connections/schema";
import { metaWebhook } from "./metaWebhook";
import { resendWebhook } from "./resend";
import { twilioWebhook } from "./twilio";
import type { ProviderWebhook } from "./types";

/** How each provider's webhooks are verified and read; providers without an entry call nobody. */
export const WEBHOOKS: Partial<Record<Provider, ProviderWebhook>> = {
  resend: resendWebhook,
  twilio: twilioWebhook,
  meta: metaWebhook,
};
