import type { BusinessEntity, Channel } from "../../lib/closedSets";

// Which addresses and numbers a provider account writes from (product.md A-81). Pure; the browser uses it too.

/** Further addresses of one account; more are a list nobody finds anything in. */
export const MAX_ALIASES = 20;
const MAX_NAME_CHARS = 80;
const ADDRESS = /^[^\s@<>"(),;:\\]+@[^\s@<>"(),;:\\]+$/;

/** A further address of a mail account. */
export type SenderAlias<TeamId extends string = string> = {
  /** Lower case, unique in the account. */
  address: string;
  /** What stands before it; empty: the account's name. */
  name: string;
  /** Whose signature and texts go with it; absent: those of the conversation's channel. */
  businessEntity?: BusinessEntity | undefined;
  /** Who may use it; nobody in here: everybody. */
  teamIds: TeamId[];
};

/** An account as far as its senders go. */
export type SendingAccount<TeamId extends string = string> = {
  channel: Channel;
  settings: Record<string, string | number | boolean>;
  senders?: readonly SenderAlias<TeamId>[] | undefined;
};

/** What a message may come from. */
export type Sender<TeamId extends string = string> = SenderAlias<TeamId> & {
  /** The account's own, which it uses unless told otherwise. */
  isOwn: boolean;
};

/**
 * What an account may write from: its own address or number first, then its aliases. An alias counts only while it is of
 * the very domain the account sends for, which is what its provider and the receivers' checks (SPF, DKIM) know.
 */
export function sendersOf<TeamId extends string>(account: SendingAccount<TeamId>): Sender<TeamId>[] {
  const own = ownSender(account);
  if (own === null) return [];
  const aliases = (account.senders ?? []).filter(({ address }) => isVerified(account, address));
  const known = aliases.find(({ address }) => address === own);
  const name = textOf(account.settings.fromName);
  const first = { address: own, name, teamIds: [], ...known, isOwn: true };
  const others = aliases.filter((alias) => alias !== known).map((alias) => ({ ...alias, isOwn: false }));
  return [first, ...others].map((sender) => ({ ...sender, name: sender.name === "" ? name : sender.name }));
}

/** The sender of that address, or null when the account may not write from it. */
export function senderOf<TeamId extends string>(
  account: SendingAccount<TeamId>,
  address: string,
): Sender<TeamId> | null {
  return sendersOf(account).find((sender) => sender.address === address) ?? null;
}

/** The account's own address or number, null when it has none to name (a messaging service picks its numbers itself). */
function ownSender({ channel, settings }: SendingAccount): string | null {
  const own = channel === "email" ? textOf(settings.fromAddress).toLowerCase() : textOf(settings.sender);
  if (own !== "") return own;
  const numberId = channel === "whatsapp" ? textOf(settings.phoneNumberId) : "";
  return numberId === "" ? null : numberId;
}

function isVerified({ channel, settings }: SendingAccount, address: string): boolean {
  return channel === "email" && domainOf(address) === domainOf(textOf(settings.fromAddress).toLowerCase());
}

/** The domain of an address; empty for what is none. */
export function domainOf(address: string): string {
  return address.split("@")[1] ?? "";
}

/** The aliases as they are kept. */
export function tidyAliases<TeamId extends string>(aliases: readonly SenderAlias<TeamId>[]): SenderAlias<TeamId>[] {
  return aliases.map(({ address, name, teamIds, ...rest }) => ({
    ...rest,
    address: address.trim().toLowerCase(),
    name: name.replace(/\s+/g, " ").trim(),
    teamIds: [...new Set(teamIds)],
  }));
}

/** What is wrong with aliases for an account: which one, and the code of why; null when all may stay. */
export function aliasProblem(
  account: SendingAccount,
  aliases: readonly SenderAlias[],
): { index: number; problem: "address" | "domain" | "twice" | "name" | "many" | "channel" } | null {
  if (account.channel !== "email" && aliases.length > 0) return { index: 0, problem: "channel" };
  for (const [index, { address, name }] of aliases.entries()) {
    if (index >= MAX_ALIASES) return { index, problem: "many" };
    if (!ADDRESS.test(address)) return { index, problem: "address" };
    if (!isVerified(account, address)) return { index, problem: "domain" };
    if (aliases.findIndex((other) => other.address === address) !== index) return { index, problem: "twice" };
    // It becomes part of a header line.
    if (name.length > MAX_NAME_CHARS || /[\p{Cc}<>"]/u.test(name)) return { index, problem: "name" };
  }
  return null;
}

function textOf(value: string | number | boolean | undefined): string {
  return typeof value === "string" ? value.trim() : "";
}
