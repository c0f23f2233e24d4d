import { keyOf } from "../../lib/orderNumbers";

// Which of a person's orders a text names. Pure.

/** Letters of a text that are looked at. */
const MAX_LOOKED_AT = 50_000;
/** From here on a number that stands alone is no year, price or hour. */
const MIN_PLAIN_CHARS = 5;
/** With letters and digits in it, a shorter one is unmistakable too. */
const MIN_MIXED_CHARS = 3;
/** Two numbers joined by these are one number: "A-1" is no part of "A-1-2". */
const JOINERS = "-_.";
/** Letters before a number in which it may be said to be an order's. */
const LOOKED_BACK = 40;
/** What makes any number an order's: "#7", "order 7", "Bestellung Nr. 7". */
const SAYS_ORDER =
  /(?:#|\b(?:nr|no|number|nummer|order|orders|bestellung|bestellnummer|auftrag|auftragsnummer|bestelling|bestelnummer|ordernummer)\b\.?)[\s:#]*$/;

/** The numbers of `orders` that stand in a text as they are, whatever their case, in the order they are named. */
export function ordersNamed(text: string, orders: readonly { number: string }[]): string[] {
  const said = plain(text.slice(0, MAX_LOOKED_AT));
  const found = orders.flatMap(({ number }) => {
    const at = placeOf(plain(number), said);
    return at === -1 ? [] : [{ number, at }];
  });
  return found.toSorted((a, b) => a.at - b.at).map(({ number }) => number);
}

function plain(text: string): string {
  return keyOf(text.replace(/[\u2010-\u2015\u2212]/g, "-"));
}

function placeOf(key: string, said: string): number {
  if (key === "") return -1;
  const isPlain = isUnmistakable(key);
  for (let at = said.indexOf(key); at !== -1; at = said.indexOf(key, at + 1)) {
    const before = said.slice(Math.max(0, at - LOOKED_BACK), at);
    if (stands(before, said.slice(at + key.length)) && (isPlain || SAYS_ORDER.test(before))) return at;
  }
  return -1;
}

function isUnmistakable(key: string): boolean {
  const hasDigit = /\p{N}/u.test(key);
  return hasDigit && key.length >= (/\p{L}/u.test(key) ? MIN_MIXED_CHARS : MIN_PLAIN_CHARS);
}

/** True when what stands around a number is no part of it. */
function stands(before: string, after: string): boolean {
  return !isMore(before.slice(-2).split("").toReversed()) && !isMore(after.slice(0, 2).split(""));
}

function isMore([next = "", afterNext = ""]: string[]): boolean {
  const isPart = (char: string) => /[\p{L}\p{N}]/u.test(char);
  return isPart(next) || (next !== "" && JOINERS.includes(next) && isPart(afterNext));
}
