import ipaddr from "ipaddr.js";

// What a customer's address must be before we call it (providers.md section 18): anything else could reach into our own
// network. Pure: names are resolved by the caller.

const ALLOWED_PORTS = ["", "443", "8443"];
const MAX_URL_CHARS = 2_000;
/** Names that never leave a network, and clouds' own information service. */
const INNER_NAMES = /(^|\.)(localhost|local|internal|localdomain|home\.arpa|intranet|lan)$/i;

/** Ranges ipaddr.js calls by name; only plain unicast is somebody's server on the internet. */
const PUBLIC_RANGE = "unicast";
/** Unicast to ipaddr.js, but an IPv4 address or a documentation network in disguise. */
const DISGUISED = ["64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16"].map(
  (range) => ipaddr.parseCIDR(range),
);
const MORE_RESERVED_V4 = ["192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"].map(
  (range) => ipaddr.parseCIDR(range),
);

/** True for an address of a machine on the internet: no private, loopback, link-local, reserved or mapped one. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== PUBLIC_RANGE) return false;
  const ranges = address.kind() === "ipv4" ? MORE_RESERVED_V4 : DISGUISED;
  return !ranges.some((range) => range[0].kind() === address.kind() && address.match(range));
}

/**
 * Why an address somebody entered must not be called, or null. `ownHosts`: names of this deployment. What its name
 * resolves to has to be looked at with `isPublicAddress` before every call.
 */
export function addressProblem(text: string, ownHosts: readonly string[] = []): string | null {
  if (text.length > MAX_URL_CHARS || !URL.canParse(text)) return "This is no address.";
  const { protocol, username, password, port, hostname } = new URL(text);
  if (protocol !== "https:") return "The address must begin with https.";
  if (username !== "" || password !== "") return "Put no user name or password into the address.";
  if (!ALLOWED_PORTS.includes(port)) return "Only the ports 443 and 8443 are called.";
  const host = hostname.replace(/\.$/, "").toLowerCase();
  if (host.startsWith("[") || ipaddr.isValid(host)) return "Use a name, not a number, for the host.";
  if (!host.includes(".") || INNER_NAMES.test(host)) return "This host is not on the internet.";
  if (ownHosts.includes(host)) return "This is our own address.";
  return null;
}
