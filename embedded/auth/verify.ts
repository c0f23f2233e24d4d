import { compactVerify, createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, jwtVerify } from "jose";
import type { JWTPayload, JWTVerifyOptions, JSONWebKeySet } from "jose";
import type { Clock } from "../clock.ts";
import type { Database } from "../database/types.ts";
import { DeveloperError, coerceError } from "../errors.ts";
import { DeploymentCache } from "../functions/deployment.ts";
import type { Identity } from "../functions/types.ts";
import { customIdentity, oidcIdentity } from "./claims.ts";
import type { Claims } from "./claims.ts";
import { KeySets } from "./key-sets.ts";
import type { FetchImpl } from "./key-sets.ts";
import type { AuthProvider, CustomJwtProvider, OidcProvider } from "./providers.ts";

// Convex-facts h.2.
const CUSTOM_LEEWAY_S = 5;

function invalid(message: string): DeveloperError {
  return new DeveloperError("InvalidAuthHeader", message, 401);
}

function withScheme(issuer: string): string {
  return /^https?:\/\//.test(issuer) ? issuer : `https://${issuer}`;
}

function sameIssuer(a: string, b: string): boolean {
  return withScheme(a).replace(/\/$/, "") === withScheme(b).replace(/\/$/, "");
}

function audiences(payload: JWTPayload): string[] {
  if (payload.aud === undefined) return [];
  return Array.isArray(payload.aud) ? payload.aud : [payload.aud];
}

function isCustom(provider: AuthProvider): provider is CustomJwtProvider {
  return "type" in provider;
}

function matches(provider: AuthProvider, issuer: string, audience: string[]): boolean {
  const { applicationID } = provider;
  const accepts = applicationID === undefined || applicationID === null || audience.includes(applicationID);
  return accepts && sameIssuer(isCustom(provider) ? provider.issuer : provider.domain, issuer);
}

function describeProvider(provider: AuthProvider): string {
  return isCustom(provider)
    ? `CustomJWT(issuer=${provider.issuer}, app_id=${provider.applicationID ?? "none"})`
    : `OIDC(domain=${provider.domain}, app_id=${provider.applicationID})`;
}

function noProvider(providers: readonly AuthProvider[]): DeveloperError {
  const text =
    providers.length === 0
      ? "No auth provider found matching the given token (no providers configured). Check convex/auth.config.ts."
      : "No auth provider found matching the given token. Check that your JWT's issuer and audience match one of your " +
        `configured providers: [${providers.map(describeProvider).join(", ")}]`;
  return new DeveloperError("NoAuthProvider", text, 401);
}

function decode(token: string): { payload: JWTPayload; issuer: string } {
  let payload: JWTPayload;
  try {
    payload = decodeJwt(token);
  } catch {
    throw invalid(
      "Could not parse JWT payload. Check that the token is a valid JWT format with three base64-encoded parts " +
        "separated by dots.",
    );
  }
  if (typeof payload.iss !== "string") {
    throw invalid(
      "Missing issuer claim ('iss') in JWT payload. The JWT must include an 'iss' claim that matches one of your " +
        "configured auth providers.",
    );
  }
  return { payload, issuer: payload.iss };
}

type User = Extract<Identity, { kind: "user" }>;

function userOf(token: string, attributes: User["attributes"], payload: JWTPayload): User {
  return { kind: "user", attributes, token, expiresAtMs: (payload.exp ?? 0) * 1000 };
}

async function verifyOidc(
  token: string,
  provider: OidcProvider,
  issuer: string,
  keys: JSONWebKeySet,
  nowMs: number,
): Promise<User> {
  const options: JWTVerifyOptions = {
    algorithms: ["RS256", "EdDSA"],
    issuer,
    audience: provider.applicationID,
    requiredClaims: ["exp", "iat", "aud", "sub"],
    currentDate: new Date(nowMs),
  };
  let payload: JWTPayload;
  try {
    ({ payload } = await jwtVerify(token, createLocalJWKSet(keys), options));
  } catch (error) {
    const isShape = error instanceof errors.JWTClaimValidationFailed && error.reason === "missing";
    throw invalid(
      isShape
        ? "Could not parse as OIDC ID token. Token might not be an OIDC-compliant JWT."
        : "Could not verify OIDC token claim. Check that the token signature is valid and the token hasn't expired.",
    );
  }
  if (audiences(payload).length !== 1 || typeof payload.sub !== "string") {
    throw invalid("Could not parse as OIDC ID token. Token might not be an OIDC-compliant JWT.");
  }
  return userOf(token, oidcIdentity(issuer, payload.sub, payload as Claims), payload);
}

function keyIdOf(token: string): string {
  let kid: string | undefined;
  try {
    ({ kid } = decodeProtectedHeader(token));
  } catch {
    kid = undefined;
  }
  if (kid !== undefined) return kid;
  throw invalid("Could not decode token. JWT may be missing a 'kid' (key ID) header.");
}

function timeProblem(payload: JWTPayload, nowMs: number): string | null {
  const nowS = Math.floor(nowMs / 1000);
  if (payload.exp !== undefined && payload.exp + CUSTOM_LEEWAY_S <= nowS) {
    return `Token expired ${nowS - payload.exp} seconds ago`;
  }
  for (const claim of ["nbf", "iat"] as const) {
    const from = payload[claim];
    if (from !== undefined && from - CUSTOM_LEEWAY_S > nowS) return `Token will be valid in ${from - nowS} seconds`;
  }
  return null;
}

async function verifyCustom(
  token: string,
  provider: CustomJwtProvider,
  issuer: string,
  keys: JSONWebKeySet,
  nowMs: number,
): Promise<User> {
  const kid = keyIdOf(token);
  const matching = keys.keys.filter((key) => key.kid === kid);
  if (matching.length === 0) {
    throw invalid(
      `Could not decode token. The JWT's 'kid' (key ID) header is '${kid}', does this key match any key in the ` +
        "provider's JWKS?",
    );
  }
  try {
    await compactVerify(token, createLocalJWKSet({ keys: matching }), { algorithms: [provider.algorithm] });
  } catch (error) {
    throw invalid(`Could not validate token: ${coerceError(error).message}`);
  }
  // Claims are judged here rather than by the library: with the reference's tolerance and texts.
  const payload = decodeJwt(token);
  const late = timeProblem(payload, nowMs);
  if (late !== null) throw invalid(`Could not validate token: ${late}`);
  if (typeof payload.sub !== "string" || payload.exp === undefined) {
    throw invalid(
      "Could not verify token claim. Check that the JWT contains valid claims and matches your auth provider configuration.",
    );
  }
  return userOf(token, customIdentity(issuer, payload.sub, payload as Claims), payload);
}

/**
 * The user a token proves, by one of `providers` (convex-facts h.2, h.3). Throws DeveloperError 401 `NoAuthProvider` or
 * `InvalidAuthHeader` with the documented texts, 503 `AuthProviderUnreachable` when keys can't be fetched right now.
 */
export async function verifyUserToken(
  token: string,
  providers: readonly AuthProvider[],
  nowMs: number,
  keySets: KeySets,
): Promise<User> {
  const { payload, issuer } = decode(token);
  const provider = providers.find((candidate) => matches(candidate, issuer, audiences(payload)));
  if (provider === undefined) throw noProvider(providers);
  if (isCustom(provider)) {
    return verifyCustom(token, provider, issuer, await keySets.fetchKeys(provider.jwks, nowMs), nowMs);
  }
  return verifyOidc(token, provider, issuer, await keySets.discover(withScheme(issuer), nowMs), nowMs);
}

export interface TokenVerifierOptions {
  database: Database;
  clock: Clock;
  /** The network's `fetch` when absent. */
  fetchImpl?: FetchImpl;
  /** Key sets by URL that are not fetched. */
  knownKeys?: ReadonlyMap<string, JSONWebKeySet>;
}

/** Verifies tokens against the providers that are deployed at the moment. Throws as {@link verifyUserToken}. */
export function createTokenVerifier(options: TokenVerifierOptions): (token: string) => Promise<Identity> {
  const { database, clock } = options;
  const keySets = new KeySets(options.fetchImpl ?? ((url) => fetch(url)), options.knownKeys);
  const deployments = new DeploymentCache();
  const providersNow = (): readonly AuthProvider[] => {
    const tx = database.begin({ readOnly: true });
    try {
      return deployments.read(tx)?.authProviders ?? [];
    } finally {
      database.abandon(tx);
    }
  };
  return (token) => verifyUserToken(token, providersNow(), clock.nowMs(), keySets);
}
