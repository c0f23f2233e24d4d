import { parseSearch } from "../../../convex/inbox/search/parse";

/** The words of a search without its operators: what tasks and organisations are found by. */
export function plainWords(text: string): string {
  const { words, phrases } = parseSearch(text);
  return [...phrases, ...words].join(" ");
}
