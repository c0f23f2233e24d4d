"use node";

import type { Provider } from "../../connections/schema";
import { resendAdapter } from "./resendSend";
import { sandboxAdapter } from "./sandbox";
import { smtpAdapter } from "./smtp";
import type { AdapterAccount, ProviderAdapter } from "./types";

const ADAPTERS: Partial<Record<Provider, (account: AdapterAccount) => ProviderAdapter>> = {
  sandbox: sandboxAdapter,
  smtp: smtpAdapter,
  resend: resendAdapter,
};

/** The adapter of one provider account, to be closed after its batch. Throws for a provider without one. */
export function openAdapter(provider: Provider, account: AdapterAccount): ProviderAdapter {
  const open = ADAPTERS[provider];
  if (open === undefined) throw new Error(`There is no adapter for ${provider}.`);
  return open(account);
}
