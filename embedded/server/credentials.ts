import { createHash, timingSafeEqual } from "node:crypto";
import type { JSONValue } from "convex/values";
import { DeveloperError } from "../errors.ts";
import type { MaybePromise } from "../functions/maybe-promise.ts";
import type { Identity, UserAttributes } from "../functions/types.ts";
import type { Exchange, Gatekeeper } from "../http/exchange.ts";
import type { Credentials } from "../sync/client-messages.ts";

const ANONYMOUS: Identity = { kind: "anonymous" };

/** Verifies a user's token against the deployed providers. Throws DeveloperError 401. */
export type TokenVerifier = (token: string) => Promise<Identity>;

/** Who a request or a socket is (convex-facts b.1, h.4). */
export class CredentialChecker implements Gatekeeper {
  readonly #adminKeyDigest: Buffer;

  constructor(
    adminKey: string,
    private readonly verifyToken: TokenVerifier,
  ) {
    this.#adminKeyDigest = digest(adminKey);
  }

  /** For `Authenticate` on the WebSocket. Throws DeveloperError. */
  async authenticate(credentials: Credentials): Promise<Identity> {
    switch (credentials.tokenType) {
      case "None":
        return ANONYMOUS;
      case "User":
        return this.verifyToken(credentials.value);
      case "Admin":
        return this.#adminIdentity(credentials.value, credentials.impersonating);
    }
  }

  identify(exchange: Exchange): MaybePromise<Identity> {
    const { request, search } = exchange;
    const header = request.headers.authorization ?? (search === "" ? null : adminKeyParameter(exchange.url));
    return header === null ? ANONYMOUS : this.#identifyBy(header);
  }

  async #identifyBy(header: string): Promise<Identity> {
    const scheme = header.slice(0, 7).toLowerCase();
    if (scheme === "convex ") return this.#headerAdmin(header.slice(7));
    if (scheme === "bearer ") return this.verifyToken(header.slice(7).trim());
    throw UNKNOWN_SCHEME;
  }

  async requireAdmin(exchange: Exchange, bodyKey?: JSONValue): Promise<void> {
    if (bodyKey !== undefined) {
      this.#checkAdminKey(typeof bodyKey === "string" ? bodyKey : "");
      return;
    }
    const identity = await this.identify(exchange);
    if (identity.kind === "admin") return;
    throw new DeveloperError(
      "BadDeployKey",
      "The provided deploy key was invalid for this deployment. Double check that the environment this key was generated for matches the desired deployment.",
      403,
    );
  }

  // `<key>` or `<key>:<base64 of the attributes to act as>`; the key itself has no colon but in its `prod:` prefix.
  #headerAdmin(text: string): Identity {
    const colon = text.indexOf(":", text.indexOf("|"));
    if (colon === -1) return this.#adminIdentity(text, null);
    const attributes = Buffer.from(text.slice(colon + 1), "base64").toString("utf8");
    return this.#adminIdentity(text.slice(0, colon), parseAttributes(attributes));
  }

  #adminIdentity(key: string, actingAs: JSONValue): Identity {
    this.#checkAdminKey(key);
    return { kind: "admin", actingAs: actingAs === null ? null : userAttributes(actingAs) };
  }

  #checkAdminKey(key: string): void {
    const given = key.trim().replace(/^(?:prod|dev|preview):/, "");
    // Digests have one length, so that the comparison tells nothing about the key's.
    if (timingSafeEqual(digest(given), this.#adminKeyDigest)) return;
    throw new DeveloperError("BadAdminKey", "The provided admin key was invalid for this instance", 401);
  }
}

// Webhooks come with credentials of their own: one error for all of them, since its stack costs more than the rest.
const UNKNOWN_SCHEME = new DeveloperError(
  "InvalidHeaderFailure",
  "The Authorization header must start with `Bearer` or `Convex`.",
);

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function adminKeyParameter(url: URL): string | null {
  const key = url.searchParams.get("adminKey");
  return key === null ? null : `Convex ${key}`;
}

function parseAttributes(text: string): JSONValue {
  try {
    return JSON.parse(text) as JSONValue;
  } catch {
    throw new DeveloperError("InvalidUserAttributes", "The attributes to act as are not JSON.");
  }
}

// Needs `tokenIdentifier`, or `issuer` and `subject` from which it follows (convex-facts b.1).
function userAttributes(value: JSONValue): UserAttributes {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw badAttributes();
  const { issuer, subject } = value;
  const given = value["tokenIdentifier"];
  if (typeof given === "string") {
    const [beforeBar = "", afterBar = ""] = given.split("|");
    const known = { issuer: typeof issuer === "string" ? issuer : beforeBar };
    return {
      ...withoutUndefined(value),
      ...known,
      subject: typeof subject === "string" ? subject : afterBar,
      tokenIdentifier: given,
    };
  }
  if (typeof issuer !== "string" || typeof subject !== "string") throw badAttributes();
  return { ...withoutUndefined(value), issuer, subject, tokenIdentifier: `${issuer}|${subject}` };
}

function withoutUndefined(value: Record<string, JSONValue | undefined>): Record<string, JSONValue> {
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, JSONValue] => entry[1] !== undefined),
  );
}

function badAttributes(): DeveloperError {
  return new DeveloperError(
    "InvalidUserAttributes",
    "To act as a user give either `tokenIdentifier`, or `issuer` and `subject`.",
  );
}
