import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel";
import { missingProductEnvironment } from "../../scripts/lib/product-environment.ts";
import { PROJECT_DIR } from "../../scripts/lib/project.ts";
import { startTestBackend, type TestBackend } from "../support/backend.ts";
import { signInOverHttp } from "../support/member-client.ts";
import type { TestWorkspace } from "../support/product.ts";
import { tableRows } from "../support/table-rows.ts";

// A public sign-up form over HTTP, as other people's websites and machines use it.

const START = Date.parse("2026-10-01T08:00:00Z");
const SITE = "https://www.haff.example";

let backend: TestBackend;
let url: string;

beforeAll(async () => {
  const environment = await missingProductEnvironment({}, "http://127.0.0.1");
  backend = await startTestBackend({ project: PROJECT_DIR, environment, testClock: { startMs: START } });
  const workspace = (await backend.client.run("dev/fixtures:createWorkspace", {
    key: "forms",
  })) as unknown as TestWorkspace;
  const [member] = workspace.members;
  if (member === undefined) throw new Error("A workspace without members.");
  const client = await signInOverHttp(backend.cloudUrl, member);
  const orgId = workspace.orgId as Id<"organisations">;
  await client.mutation(api.tracking.signUp.mutations.save, {
    orgId,
    settings: { name: "Newsletter", language: "de", topic: "news", channels: ["email"], origins: [SITE], isOn: true },
    wording: "Ja, {org} darf mir schreiben.",
  });
  const [form] = await client.query(api.tracking.signUp.queries.list, { orgId });
  url = form?.url ?? "";
});
afterAll(async () => {
  await backend.stop();
});

const asked = async () => await tableRows({ cloudUrl: backend.cloudUrl, adminKey: backend.adminKey }, "optInRequests");

test("a browser asks first, gets leave for the form's page only, and reads the answer there", async () => {
  const preflight = async (origin: string) => {
    const headers = { Origin: origin, "Access-Control-Request-Method": "POST" };
    const response = await fetch(url, { method: "OPTIONS", headers });
    return [response.status, response.headers.get("Access-Control-Allow-Origin")];
  };
  expect(await preflight(SITE)).toEqual([204, SITE]);
  expect(await preflight("https://evil.example")).toEqual([204, null]);
  const body = JSON.stringify({ email: "anna@example.org", consent: true });
  const headers = { Origin: SITE, "Content-Type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body });
  expect([response.status, response.headers.get("Access-Control-Allow-Origin")]).toEqual([202, SITE]);
  expect(await response.json()).toMatchObject({ status: "accepted" });
  const refused = await fetch(url, { method: "POST", headers: { ...headers, Origin: "https://evil.example" }, body });
  expect([refused.status, refused.headers.get("Access-Control-Allow-Origin")]).toEqual([403, null]);
});

test("the same form five times in parallel is one question", async () => {
  const before = (await asked()).length;
  const form = new FormData();
  form.set("email", "bernd@example.org");
  form.set("name", "Bernd Brücke");
  form.set("consent", "yes");
  form.set("website", "");
  const answers = await Promise.all(
    Array.from({ length: 5 }, async () => await fetch(url, { method: "POST", body: form, redirect: "manual" })),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(await answers[0]?.text()).toContain("Fast geschafft");
  expect(await asked()).toHaveLength(before + 1);
});

test("what is too large, of another kind or broken is refused and changes nothing", async () => {
  const before = (await asked()).length;
  const statusOf = async (body: string, type: string) =>
    (await fetch(url, { method: "POST", headers: { "Content-Type": type }, body })).status;
  expect(await statusOf(`email=${"x".repeat(20_000)}`, "application/x-www-form-urlencoded")).toBe(413);
  expect(await statusOf("<a/>", "application/xml")).toBe(415);
  expect(await statusOf('{"email":', "application/json")).toBe(422);
  expect(await statusOf("--x\r\nhalf", "multipart/form-data; boundary=x")).toBe(422);
  expect((await fetch(`${url}x`, { method: "POST", body: new URLSearchParams({ consent: "yes" }) })).status).toBe(404);
  expect(await asked()).toHaveLength(before);
});
