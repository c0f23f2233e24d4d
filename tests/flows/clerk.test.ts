import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ConvexHttpClient } from "convex/browser";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import { missingProductEnvironment } from "../../scripts/lib/product-environment.ts";
import { PROJECT_DIR } from "../../scripts/lib/project.ts";
import { startTestBackend, type TestBackend } from "../support/backend.ts";

// Sign-in through Clerk without Clerk: a local issuer with Clerk's discovery and key set, and session tokens in the shape
// of version 2 (providers.md 17), signed by its key.

interface Issuer {
  url: string;
  token(subject: string, claims?: Record<string, unknown>, key?: CryptoKey): Promise<string>;
  server: Server;
}

async function startIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid: "ins_1", alg: "RS256", use: "sig" };
  let url = "";
  const server = createServer((request, response) => {
    const documents: Record<string, unknown> = {
      "/.well-known/openid-configuration": { issuer: url, jwks_uri: `${url}/.well-known/jwks.json` },
      "/.well-known/jwks.json": { keys: [jwk] },
    };
    const found = documents[request.url ?? ""];
    response.writeHead(found === undefined ? 404 : 200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(found ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const token = async (subject: string, claims: Record<string, unknown> = {}, key = privateKey) =>
    await new SignJWT({ v: 2, sid: `sess_${subject}`, fva: [0, -1], ...claims })
      .setProtectedHeader({ alg: "RS256", kid: "ins_1", typ: "JWT" })
      .setIssuer(url)
      .setAudience("convex")
      .setSubject(subject)
      .setIssuedAt()
      .setExpirationTime("60s")
      .sign(key);
  return { url, token, server };
}

let issuer: Issuer;
let backend: TestBackend;

beforeAll(async () => {
  issuer = await startIssuer();
  const environment = await missingProductEnvironment({}, "http://127.0.0.1");
  backend = await startTestBackend({ project: PROJECT_DIR, environment });
  await backend.client.setEnvironment({ CLERK_FRONTEND_API_URL: issuer.url });
});
afterAll(async () => {
  await backend.stop();
  issuer.server.close();
});

function clientWith(token: string): ConvexHttpClient {
  const client = new ConvexHttpClient(backend.cloudUrl, { logger: false });
  client.setAuth(token);
  return client;
}

test("a person signed in by Clerk founds a workspace; a colleague of the same Clerk organisation joins it", async () => {
  const organisation = { id: "org_haff", slg: "haff", rol: "admin", per: "", fpm: "" };
  const ann = clientWith(await issuer.token("user_ann", { o: organisation, name: "Ann", email: "ann@example.org" }));
  expect(await ann.query(api.orgs.queries.me, {})).toMatchObject({ person: null, memberships: [] });
  await ann.mutation(api.orgs.mutations.ensurePerson, { name: "Ann" });
  await ann.mutation(api.orgs.mutations.createOrganisation, { name: "Segelschule Haff", timezone: "Europe/Berlin" });
  const mine = await ann.query(api.orgs.queries.me, {});
  expect(mine?.memberships).toMatchObject([{ orgName: "Segelschule Haff", role: "admin" }]);

  const ben = clientWith(await issuer.token("user_ben", { o: { ...organisation, rol: "member" }, name: "Ben" }));
  await ben.mutation(api.orgs.mutations.ensurePerson, { name: "Ben" });
  const theirs = await ben.query(api.orgs.queries.me, {});
  expect(theirs?.memberships).toMatchObject([{ orgName: "Segelschule Haff", role: "agent" }]);
});

test("a token of another key, or of another issuer, is nobody", async () => {
  const { privateKey } = await generateKeyPair("RS256");
  const forged = clientWith(await issuer.token("user_ann", {}, privateKey));
  await expect(forged.query(api.orgs.queries.me, {})).rejects.toThrow(/Could not verify OIDC token/);
  const other = await startIssuer();
  const foreign = clientWith(await other.token("user_ann"));
  await expect(foreign.query(api.orgs.queries.me, {})).rejects.toThrow(/No auth provider found/);
  other.server.close();
});
