import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accountProblems, completeSettings } from "./account";
import { CATALOGUE } from "./catalogue";
import { PROVIDERS } from "./providers";

const SMTP = { host: "mail.example.org", fromAddress: "info@example.org" };

function problems(over: Partial<Parameters<typeof accountProblems>[0]>) {
  const form = { provider: "smtp", channel: "email", settings: SMTP, secrets: {}, storedSecrets: [], ...over } as const;
  return accountProblems(form).map(({ field }) => field);
}

describe("accountProblems", () => {
  it("finds nothing wrong with a complete account", () => {
    expect(problems({})).toEqual([]);
  });

  it.each([
    ["a missing setting", { settings: { fromAddress: "a@b.c" } }, ["settings.host"]],
    ["an unknown setting", { settings: { ...SMTP, colour: "red" } }, ["settings.colour"]],
    ["a secret among the settings", { settings: { ...SMTP, password: "x" } }, ["settings.password"]],
    ["an unknown secret", { secrets: { token: "x" } }, ["secrets.token"]],
    ["a word for a number", { settings: { ...SMTP, port: "many" } }, ["settings.port"]],
    ["no address for a sender", { settings: { ...SMTP, fromAddress: "info" } }, ["settings.fromAddress"]],
    ["a channel it does not carry", { channel: "sms" as const }, ["channel"]],
  ])("names %s", (_, over, fields) => {
    expect(problems(over)).toEqual(fields);
  });

  it("wants a required secret once: stored ones need not be entered again", () => {
    const resend = { provider: "resend", settings: { fromAddress: "a@b.c" } } as const;
    expect(problems(resend)).toEqual(["secrets.apiKey"]);
    expect(problems({ ...resend, storedSecrets: ["apiKey"] })).toEqual([]);
    expect(problems({ ...resend, secrets: { apiKey: "re_1" } })).toEqual([]);
  });

  it.each([
    ["https://api.eu.mailgun.net", true],
    ["http://127.0.0.1:8080", true],
    ["http://localhost:8080", true],
    ["http://10.0.0.1", false],
    ["ftp://example.org", false],
    ["https://user:pass@example.org", false],
    ["nothing", false],
  ])("takes %s as a base URL: %s", (baseUrl, isTaken) => {
    const settings = { domain: "mg.example.org", fromAddress: "a@b.c", baseUrl };
    const found = problems({ provider: "mailgun", settings, storedSecrets: ["apiKey"] });
    expect(found).toEqual(isTaken ? [] : ["settings.baseUrl"]);
  });

  it("never throws, whatever is entered", () => {
    const value = fc.oneof(fc.string(), fc.double(), fc.boolean());
    fc.assert(
      fc.property(
        fc.constantFrom(...PROVIDERS),
        fc.dictionary(fc.string(), value),
        fc.dictionary(fc.string(), fc.string()),
        (provider, settings, secrets) => {
          const found = problems({ provider, settings, secrets });
          expect(found.every((field) => /^(channel|settings\.|secrets\.)/.test(field))).toBe(true);
        },
      ),
    );
  });
});

describe("completeSettings", () => {
  it("fills in what the catalogue says, trims, and leaves out what is empty or secret", () => {
    const settings = completeSettings("smtp", { ...SMTP, host: " mail.example.org ", user: "", password: "x" });
    expect(settings).toEqual({
      ...SMTP,
      port: 587,
      secure: false,
      requireTls: false,
      ignoreTls: false,
      maxConnections: 5,
    });
  });
});

describe("the catalogue", () => {
  it("names each field of a provider once and carries a channel", () => {
    for (const { fields, channels } of Object.values(CATALOGUE)) {
      expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length);
      expect(channels.length).toBeGreaterThan(0);
    }
  });
});
