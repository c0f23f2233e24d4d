// Where e-mail webhooks arrive and what they present as their proof. Pure.

export const POSTMARK_PREFIX = "/hooks/email/postmark/";
export const RAW_EMAIL_PREFIX = "/hooks/email/raw/";

/** The password of an HTTP Basic header (RFC 7617), or null when the header is absent or malformed. */
export function basicPassword(authorization: string | null): string | null {
  const encoded = /^Basic\s+([A-Za-z0-9+/=]+)$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return null;
  let pair: string;
  try {
    const bytes = Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
    pair = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
  const colon = pair.indexOf(":");
  return colon < 0 ? null : pair.slice(colon + 1);
}

/** The parts of a webhook path after `prefix`: the channel, and the secret when it stands in the path. */
export function channelPath(pathname: string, prefix: string): { channelKey: string; secret: string | null } {
  const [channelKey = "", secret] = pathname.slice(prefix.length).split("/");
  return { channelKey, secret: secret === undefined || secret === "" ? null : secret };
}
