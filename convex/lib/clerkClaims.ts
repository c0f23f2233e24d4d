import type { Role } from "./permissions";

/** The organisation that was active in Clerk when the token was issued. */
export type ClerkOrganisation = { id: string; slug?: string; /** Without the "org:" prefix. */ role: string };

/**
 * The active organisation of a Clerk token, whatever its shape (providers.md 17): session token v2 has the claim `o` as
 * an object, `customJwt` providers flatten it to dotted keys, v1 tokens and JWT templates have `org_id`, `org_role`,
 * `org_slug`. Null when no organisation was active.
 */
export function readClerkOrganisation(claims: Record<string, unknown>): ClerkOrganisation | null {
  const nested = isRecord(claims.o) ? claims.o : {};
  const read = (short: string, long: string) => text(nested[short]) ?? text(claims[`o.${short}`]) ?? text(claims[long]);
  const id = read("id", "org_id");
  if (id === undefined) return null;
  const role = read("rol", "org_role") ?? "member";
  return { id, slug: read("slg", "org_slug"), role: role.replace(/^org:/, "") };
}

/** The role a Clerk organisation role starts with here; afterwards our own member list decides. */
export function roleOfClerk(clerkRole: string): Role {
  return clerkRole === "admin" ? "admin" : "agent";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

// An unset shortcode of a JWT template arrives as an empty string or null.
function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
