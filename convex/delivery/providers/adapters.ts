"use node";

import type { Provider } from "../../connections/schema";
import { birdAdapter } from "./bird";
import { ecallAdapter } from "./ecall";
import { infobipAdapter } from "./infobip";
import { messagebirdAdapter } from "./messagebird";
import { metaAdapter } from "./meta";
import { mailgunAdapter } from "./mailgun";
import { postmarkAdapter } from "./postmark";
import { providerFetch } from "./providerFetch";
import { resendAdapter } from "./resendSend";
import { sandboxAdapter } from "./sandbox";
import { sendgridAdapter } from "./sendgrid";
import { sesAdapter } from "./ses";
import { smtpAdapter } from "./smtp";
import { twilioAdapter } from "./twilioSend";
import { vonageAdapter } from "./vonage";
import { webhookAdapter } from "./webhookSend";
import type { AdapterAccount, ProviderAdapter } from "./types";

const ADAPTERS: Partial<Record<Provider, (account: AdapterAccount) => ProviderAdapter>> = {
  sandbox: sandboxAdapter,
  smtp: smtpAdapter,
  resend: resendAdapter,
  sendgrid: sendgridAdapter,
  mailgun: mailgunAdapter,
  ses: sesAdapter,
  postmark: postmarkAdapter,
  twilio: twilioAdapter,
  infobip: infobipAdapter,
  vonage: vonageAdapter,
  bird: birdAdapter,
  messagebird: messagebirdAdapter,
  ecall: ecallAdapter,
  meta: metaAdapter,
  webhook: webhookAdapter,
};

/**
 * The adapter of one provider account, to be closed after its batch; its calls are guarded (providerFetch.ts). Throws for a
 * provider without one.
 */
export function openAdapter(provider: Provider, account: AdapterAccount): ProviderAdapter {
  const open = ADAPTERS[provider];
  if (open === undefined) throw new Error(`There is no adapter for ${provider}.`);
  return open({ ...account, fetch: account.fetch ?? providerFetch(provider) });
}
