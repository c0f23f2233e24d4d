import { randomBytes } from "node:crypto";
import { exportJWK, exportPKCS8, generateKeyPair } from "jose";

// AES-256 (design.md rule 8).
const SECRET_KEY_BYTES = 32;

/**
 * Variables the product needs and that are not set yet: keys are made once and then kept, addresses follow where the
 * server runs now. Returns only what must change.
 */
export async function missingProductEnvironment(
  present: Readonly<Record<string, string>>,
  appUrl: string,
): Promise<Record<string, string>> {
  const missing: Record<string, string> = {};
  if (present["SITE_URL"] !== appUrl) missing["SITE_URL"] = appUrl;
  // auth.config.ts reads it, and Convex refuses a push that reads a variable which is not set.
  // @convex-dev/auth logs every step of a sign-in unless told otherwise.
  if (present["AUTH_LOG_LEVEL"] === undefined) missing["AUTH_LOG_LEVEL"] = "ERROR";
  if (present["CLERK_FRONTEND_API_URL"] === undefined) missing["CLERK_FRONTEND_API_URL"] = "";
  if (present["SWITCHBOARD_SECRET_KEY"] === undefined) {
    missing["SWITCHBOARD_SECRET_KEY"] = randomBytes(SECRET_KEY_BYTES).toString("base64");
  }
  if (present["JWT_PRIVATE_KEY"] === undefined || present["JWKS"] === undefined) {
    Object.assign(missing, await signingKeys());
  }
  return missing;
}

/** The key pair of `@convex-dev/auth` in the form it reads: PKCS#8 on one line, and a key set. */
async function signingKeys(): Promise<{ JWT_PRIVATE_KEY: string; JWKS: string }> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const pem = await exportPKCS8(privateKey);
  const jwk = await exportJWK(publicKey);
  return {
    JWT_PRIVATE_KEY: pem.trimEnd().replace(/\n/g, " "),
    JWKS: JSON.stringify({ keys: [{ use: "sig", ...jwk }] }),
  };
}
