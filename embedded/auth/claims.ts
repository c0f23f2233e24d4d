import type { JSONValue } from "convex/values";
import type { UserAttributes } from "../functions/types.ts";

/** Claims of a verified token. */
export type Claims = Record<string, JSONValue | undefined>;

// OIDC standard claims and the names `UserIdentity` has for them (convex-facts h.3).
const OIDC_NAMES: Record<string, string> = {
  given_name: "givenName",
  family_name: "familyName",
  preferred_username: "preferredUsername",
  profile: "profileUrl",
  picture: "pictureUrl",
  website: "websiteUrl",
  email_verified: "emailVerified",
  birthdate: "birthday",
  zoneinfo: "timezone",
  locale: "language",
  phone_number: "phoneNumber",
  phone_number_verified: "phoneNumberVerified",
};

// Claims about the token, not about the user.
const OIDC_HIDDEN = new Set([
  "iss",
  "sub",
  "aud",
  "exp",
  "iat",
  "azp",
  "auth_time",
  "nonce",
  "acr",
  "amr",
  "at_hash",
  "c_hash",
  "jti",
  "nbf",
  "fva",
]);

function base(issuer: string, subject: string): UserAttributes {
  return { tokenIdentifier: `${issuer}|${subject}`, issuer, subject };
}

function oidcValue(name: string, value: JSONValue): [string, JSONValue] | null {
  if (name === "address") {
    const formatted = typeof value === "object" && value !== null && "formatted" in value ? value.formatted : null;
    return typeof formatted === "string" ? ["address", formatted] : null;
  }
  if (name === "updated_at") {
    return typeof value === "number" ? ["updatedAt", new Date(value * 1000).toISOString()] : ["updatedAt", value];
  }
  return [OIDC_NAMES[name] ?? name, value];
}

/** `ctx.auth.getUserIdentity()` for an OIDC token: standard claims renamed, all others kept as they are. */
export function oidcIdentity(issuer: string, subject: string, claims: Claims): UserAttributes {
  const identity = base(issuer, subject);
  for (const [name, value] of Object.entries(claims)) {
    if (value === undefined || value === null || OIDC_HIDDEN.has(name)) continue;
    const entry = oidcValue(name, value);
    if (entry !== null) identity[entry[0]] = entry[1];
  }
  return identity;
}

function flatten(into: UserAttributes, prefix: string, value: JSONValue): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    into[prefix] = value;
    return;
  }
  for (const [name, inner] of Object.entries(value)) {
    if (inner !== undefined) flatten(into, `${prefix}.${name}`, inner);
  }
}

// `iss` and `sub` are there under their long names; `fva` is Clerk's and changes with every token.
const CUSTOM_HIDDEN = new Set(["iss", "sub", "fva"]);

/** The same for a custom JWT: no renaming, nested objects become dotted keys. */
export function customIdentity(issuer: string, subject: string, claims: Claims): UserAttributes {
  const identity = base(issuer, subject);
  for (const [name, value] of Object.entries(claims)) {
    if (value !== undefined && !CUSTOM_HIDDEN.has(name)) flatten(identity, name, value);
  }
  return identity;
}
