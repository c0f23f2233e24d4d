import type { Provider } from "../../connections/schema";

/** Providers whose documented API takes reactions, and answers that quote a message, in WhatsApp. Pure. */
const ABLE: readonly Provider[] = ["meta", "sandbox"];

export function reactsAndQuotes(provider: Provider): boolean {
  return ABLE.includes(provider);
}
