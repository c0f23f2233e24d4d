import { isWritable } from "../documents/addresses";
import { finding, type Finding } from "./findings";

/** A link as it is written: where it leads, and the words that lead there. */
export type WrittenLink = { url: string; text: string };

const PLACEHOLDER = /\{\{[^{}]*\}\}/g;
const SHOWN_HOST = /^(?:https?:\/\/)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:[/?#:]|$)/i;

/** What is wrong with a link: nothing to lead to, half an address, a dangerous one, one that shows another site than it opens. */
export function linkFindings({ url, text }: WrittenLink): Finding[] {
  const where = text.trim() || url;
  const address = url.trim();
  if (address === "" || address === "#" || address === "https://") return [finding("empty_link", where)];
  if (!isWritable(address)) return [finding("unsafe_link", where)];
  if (address.startsWith("{{")) return [];
  const known = address.replace(PLACEHOLDER, "x");
  if (!URL.canParse(known)) return [finding("relative_link", where)];
  const { protocol, hostname } = new URL(known);
  if (protocol !== "https:" && protocol !== "http:") return [];
  const shown = SHOWN_HOST.exec(text.trim())?.[1]?.toLowerCase();
  if (shown !== undefined && siteOf(shown) !== siteOf(hostname)) return [finding("misleading_link", where)];
  return protocol === "http:" ? [finding("plain_http", where)] : [];
}

function siteOf(host: string): string {
  return host.toLowerCase().replace(/^www\./, "");
}
