import { importJWK, importPKCS8, jwtVerify, SignJWT, type JWK } from "jose";
import { expect, test } from "vitest";
import { missingProductEnvironment } from "./product-environment.ts";

test("keys are made once; the address follows where the server runs", async () => {
  const first = await missingProductEnvironment({}, "http://127.0.0.1:1");
  expect(Buffer.from(first["SWITCHBOARD_SECRET_KEY"] ?? "", "base64")).toHaveLength(32);
  expect(await missingProductEnvironment(first, "http://127.0.0.1:1")).toEqual({});
  expect(await missingProductEnvironment(first, "http://127.0.0.1:2")).toEqual({ SITE_URL: "http://127.0.0.1:2" });
});

test("the key pair signs and verifies in the one-line form that @convex-dev/auth reads", async () => {
  const { JWT_PRIVATE_KEY = "", JWKS = "" } = await missingProductEnvironment({}, "http://127.0.0.1:1");
  expect(JWT_PRIVATE_KEY).not.toContain("\n");
  const token = await new SignJWT({ sub: "ann" })
    .setProtectedHeader({ alg: "RS256" })
    .sign(await importPKCS8(JWT_PRIVATE_KEY, "RS256"));
  const [key] = (JSON.parse(JWKS) as { keys: JWK[] }).keys;
  const { payload } = await jwtVerify(token, await importJWK(key ?? {}, "RS256"));
  expect(payload.sub).toBe("ann");
});
