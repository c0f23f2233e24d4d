import { createHash, createSign, generateKeyPairSync, X509Certificate, type KeyObject } from "node:crypto";
import { rootCertificates } from "node:tls";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sesWebhook } from "../../convex/delivery/providers/sesWebhook";
import { isSnsUrl, publicKeyOf } from "../../convex/delivery/providers/snsProof";
import { AT } from "./samples.ts";
import { post, testWebhook, type WebhookPayload } from "./webhook-suite.ts";

// Events of SES by way of SNS (providers.md section 5).

const ID = "010701931b2f7a4e-0f8b1d5e-7c1c-4b0e-9a55-000000000000-000000";

// A certificate as small as X.509 allows, around a key of our own: AWS's are not ours to sign with.
const der = (tag: number, ...parts: Uint8Array[]): Uint8Array => {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return Buffer.concat([Uint8Array.from([tag, ...length]), content]);
};
function certificateOf(key: KeyObject): string {
  const spki = key.export({ type: "spki", format: "der" });
  const [version, serial, empty] = [der(0xa0, der(2, Uint8Array.of(2))), der(2, Uint8Array.of(7)), der(0x30)];
  const tbs = der(0x30, version, serial, empty, empty, empty, empty, spki);
  const bytes = Buffer.from(der(0x30, tbs, empty, der(3, Uint8Array.of(0))));
  return `-----BEGIN CERTIFICATE-----\n${bytes.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
}

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const OTHER = generateKeyPairSync("rsa", { modulusLength: 2048 });
const CERT_URL = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-abc.pem";
const TOPIC = "arn:aws:sns:eu-central-1:123456789012:hub";

const fetched: string[] = [];
beforeEach(() => {
  fetched.length = 0;
  vi.stubGlobal("fetch", (url: string) => {
    fetched.push(url);
    const isOurs = url.endsWith(".pem") && !url.endsWith("missing.pem");
    return Promise.resolve(isOurs ? new Response(certificateOf(publicKey)) : new Response("", { status: 404 }));
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

type Envelope = Record<string, string>;
const NOTIFICATION = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];
const CONFIRMATION = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

function sign(envelope: Envelope, version = "2", key = privateKey): Envelope {
  const names = envelope.Type === "Notification" ? NOTIFICATION : CONFIRMATION;
  const text = names.flatMap((name) => (envelope[name] === undefined ? [] : [`${name}\n${envelope[name]}\n`])).join("");
  const Signature = createSign(version === "1" ? "sha1" : "sha256")
    .update(text)
    .sign(key, "base64");
  return { SigningCertURL: CERT_URL, ...envelope, SignatureVersion: version, Signature };
}

const envelopeOf = (payload: object): Envelope => ({
  Type: "Notification",
  MessageId: createHash("sha256").update(JSON.stringify(payload)).digest("hex").slice(0, 36),
  TopicArn: TOPIC,
  Subject: "Amazon SES Email Event Notification",
  Message: JSON.stringify(payload),
  Timestamp: "2026-11-20T09:59:31.000Z",
});

const snsPost = (envelope: object) =>
  post(envelope, AT, { "content-type": "text/plain; charset=UTF-8", "x-amz-sns-message-type": "Notification" });
const signed = (payload: WebhookPayload, at: number) =>
  typeof payload === "string" || payload instanceof Uint8Array || "raw" in payload
    ? { ...post("raw" in Object(payload) ? (payload as { raw: object }).raw : payload, at) }
    : { ...snsPost(sign(envelopeOf(payload))), receivedAt: at };

const TIME = "2026-11-20T09:59:30.000Z";
const TIME_MS = Date.parse(TIME);
const mail = {
  timestamp: "2026-11-20T09:59:00.000Z",
  messageId: ID,
  source: "info@haff.example",
  destination: ["max@example.org"],
  tags: { switchboard_key: ["k57queue_3a1"], "ses:configuration-set": ["hub-events"] },
};
const sample = (name: string, fields: object, ...statuses: object[]) => {
  const payload = { mail, ...fields };
  const common = { providerMessageId: ID, reference: "k57queue:1", address: "max@example.org", at: TIME_MS };
  const eventId = envelopeOf(payload).MessageId ?? "";
  return {
    name,
    payload,
    statuses: statuses.map((each, i) => ({ ...common, eventId: `${eventId}:${i}`, ...each }) as never),
  };
};
const bounce = (bounceType: string, bounceSubType: string, ...recipients: object[]) => ({
  eventType: "Bounce",
  bounce: {
    bounceType,
    bounceSubType,
    timestamp: TIME,
    feedbackId: "0102",
    bouncedRecipients:
      recipients.length > 0 ? recipients : [{ emailAddress: "max@example.org", diagnosticCode: "smtp; 550 5.1.1" }],
  },
});
const bounced = (errorClass: string, code: string) => ({
  kind: "bounced",
  failure: { class: errorClass, code, reason: "smtp; 550 5.1.1" },
});
const visit = { userAgent: "Mozilla/5.0", ipAddress: "203.0.113.9", timestamp: TIME };

testWebhook({
  provider: "ses",
  account: { settings: { topicArn: TOPIC }, secrets: {} },
  request: signed,
  samples: [
    sample("send", { eventType: "Send", send: {} }, { kind: "sent", at: Date.parse(mail.timestamp) }),
    sample(
      "delivery",
      { eventType: "Delivery", delivery: { timestamp: TIME, recipients: ["max@example.org"] } },
      { kind: "delivered" },
    ),
    sample(
      "delay",
      {
        eventType: "DeliveryDelay",
        deliveryDelay: {
          delayType: "MailboxFull",
          timestamp: TIME,
          delayedRecipients: [{ emailAddress: "max@example.org", status: "4.2.2", diagnosticCode: "full" }],
        },
      },
      { kind: "sent", isTransient: true, failure: { class: "transient", code: "4.2.2", reason: "full" } },
    ),
    ...["General", "NoEmail", "Suppressed", "OnAccountSuppressionList"].map((subType) =>
      sample(
        `bounce for good: ${subType}`,
        bounce("Permanent", subType),
        bounced("invalid_address", `Permanent/${subType}`),
      ),
    ),
    ...["MailboxFull", "MessageTooLarge", "ContentRejected", "AttachmentRejected"].map((subType) =>
      sample(
        `permanent, not for the address: ${subType}`,
        bounce("Permanent", subType),
        bounced("permanent", `Permanent/${subType}`),
      ),
    ),
    sample("soft bounce", bounce("Transient", "MailboxFull"), {
      ...bounced("transient", "Transient/MailboxFull"),
      isTransient: true,
    }),
    sample("undetermined", bounce("Undetermined", "Undetermined"), {
      ...bounced("transient", "Undetermined/Undetermined"),
      isTransient: true,
    }),
    sample(
      "two recipients",
      bounce(
        "Permanent",
        "NoEmail",
        { emailAddress: "a@example.org", diagnosticCode: "smtp; 550 5.1.1" },
        { emailAddress: "b@example.org", diagnosticCode: "smtp; 550 5.1.1" },
      ),
      { ...bounced("invalid_address", "Permanent/NoEmail"), address: "a@example.org" },
      { ...bounced("invalid_address", "Permanent/NoEmail"), address: "b@example.org" },
    ),
    sample(
      "complaint, as identity feedback",
      {
        notificationType: "Complaint",
        complaint: {
          timestamp: TIME,
          complainedRecipients: [{ emailAddress: "max@example.org" }],
          complaintFeedbackType: "abuse",
        },
      },
      { kind: "complained" },
    ),
    sample(
      "complaint of long ago",
      {
        eventType: "Complaint",
        complaint: {
          timestamp: TIME,
          complaintSubType: "OnAccountSuppressionList",
          complainedRecipients: [{ emailAddress: "max@example.org" }],
        },
      },
      {
        kind: "failed",
        failure: {
          class: "opted_out",
          code: "OnAccountSuppressionList",
          reason: "The address is on the account's suppression list after a complaint.",
        },
      },
    ),
    sample(
      "reject",
      { eventType: "Reject", reject: { reason: "Bad content" } },
      {
        kind: "failed",
        at: Date.parse("2026-11-20T09:59:31.000Z"),
        failure: { class: "permanent", code: "Reject", reason: "Bad content" },
      },
    ),
    sample(
      "rendering failure",
      { eventType: "Rendering Failure", failure: { errorMessage: "Attribute x is missing", templateName: "t" } },
      {
        kind: "failed",
        at: Date.parse("2026-11-20T09:59:31.000Z"),
        failure: { class: "config", code: "RenderingFailure", reason: "Attribute x is missing" },
      },
    ),
    sample("open", { eventType: "Open", open: visit }, { kind: "opened", userAgent: "Mozilla/5.0", ip: "203.0.113.9" }),
    sample(
      "click",
      { eventType: "Click", click: { ...visit, link: "https://haff.example/" } },
      {
        kind: "clicked",
        url: "https://haff.example/",
        userAgent: "Mozilla/5.0",
        ip: "203.0.113.9",
      },
    ),
    sample(
      "unsubscribed from everything",
      { eventType: "Subscription", subscription: { timestamp: TIME, newTopicPreferences: { unsubscribeAll: true } } },
      { kind: "unsubscribed" },
    ),
    sample(
      "left a topic",
      {
        eventType: "Subscription",
        subscription: {
          timestamp: TIME,
          newTopicPreferences: {
            unsubscribeAll: false,
            topicSubscriptionStatus: [{ topicName: "t", subscriptionStatus: "OptOut" }],
          },
        },
      },
      { kind: "unsubscribed" },
    ),
  ],
  unknown: [
    { notificationType: "AmazonSnsSubscriptionSucceeded", message: "You have successfully subscribed" },
    { eventType: "Tomorrow", mail },
    { eventType: "Subscription", mail, subscription: { newTopicPreferences: { unsubscribeAll: false } } },
    { raw: { Type: "SubscriptionConfirmation", SubscribeURL: "https://sns.eu-central-1.amazonaws.com/?x" } },
    { raw: { Type: "Notification", Message: "a text somebody typed" } },
  ],
  malformed: ["not json", "", "[]", "{}"],
  signature: {
    headers: [],
    coversBody: false, // of the envelope's fields; tried below field by field
    toleranceMs: null,
    keys: [],
    forged: [
      ...["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type", "Signature", "SignatureVersion"].map(
        (name) => ({
          name: `another ${name}`,
          change: () =>
            snsPost({ ...sign(envelopeOf({ mail })), [name]: name === "SignatureVersion" ? "1" : "forged" }),
        }),
      ),
      ...["Signature", "SignatureVersion", "SigningCertURL", "TopicArn"].map((name) => ({
        name: `no ${name}`,
        change: () => snsPost({ ...sign(envelopeOf({ mail })), [name]: undefined }),
      })),
      { name: "another key", change: () => snsPost(sign(envelopeOf({ mail }), "2", OTHER.privateKey)) },
      {
        name: "another topic of AWS, rightly signed",
        change: () => snsPost(sign({ ...envelopeOf({ mail }), TopicArn: `${TOPIC}2` })),
      },
      {
        name: "a version nobody has seen",
        change: () => snsPost({ ...sign(envelopeOf({ mail })), SignatureVersion: "3" }),
      },
      ...[
        "http://sns.eu-central-1.amazonaws.com/a.pem",
        "https://sns.eu-central-1.amazonaws.com.evil.example/a.pem",
        "https://evil.example/sns.eu-central-1.amazonaws.com/a.pem",
        "https://user@sns.eu-central-1.amazonaws.com/a.pem",
        "https://sns.eu-central-1.amazonaws.com:8443/a.pem",
        "https://s3.eu-central-1.amazonaws.com/a.pem",
        "https://sns.eu-central-1.amazonaws.com/a.txt",
        "https://sns.eu-central-1.amazonaws.com/missing.pem",
        "nonsense",
      ].map((SigningCertURL) => ({
        name: `a certificate from ${SigningCertURL}`,
        change: () => snsPost(sign({ ...envelopeOf({ mail }), SigningCertURL })),
      })),
      { name: "no JSON", change: () => post("nothing", AT) },
    ],
  },
});

describe("SNS", () => {
  const verify = (envelope: object, settings = {}) => sesWebhook.verify(snsPost(envelope), { settings, secrets: {} });

  it("signs by SHA-1 too, with or without a subject, and its certificate is fetched once", async () => {
    const { Subject: _subject, ...envelope } = envelopeOf({ mail });
    const SigningCertURL = "https://sns.us-east-1.amazonaws.com/once.pem";
    expect(await verify(sign({ ...envelope, SigningCertURL }, "1"))).toBe(true);
    expect(await verify(sign({ ...envelopeOf({ mail }), SigningCertURL }, "2"))).toBe(true);
    expect(fetched).toEqual([SigningCertURL]);
  });

  it("fetches nothing from anywhere else", async () => {
    expect(await verify(sign({ ...envelopeOf({ mail }), SigningCertURL: "https://evil.example/a.pem" }))).toBe(false);
    expect(fetched).toEqual([]);
  });

  it("asks to confirm a subscription; only its own address is called", async () => {
    const confirmation = (SubscribeURL: string) =>
      sign({
        Type: "SubscriptionConfirmation",
        MessageId: "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
        Token: "2336412f37",
        TopicArn: TOPIC,
        Message: "You have chosen to subscribe.",
        SubscribeURL,
        Timestamp: "2026-11-20T09:00:00.000Z",
      });
    const url = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336412f37";
    expect(await verify(confirmation(url), { topicArn: TOPIC })).toBe(true);
    expect(sesWebhook.confirmUrl?.(snsPost(confirmation(url)))).toBe(url);
    expect(sesWebhook.confirmUrl?.(snsPost(confirmation("https://evil.example/")))).toBeNull();
    expect(sesWebhook.confirmUrl?.(snsPost(sign(envelopeOf({ mail }))))).toBeNull();
    expect(sesWebhook.dedupeKey?.(snsPost(confirmation(url)))).toBe("165545c9-2a5c-472c-8df2-7ff2be2b3b1b");
  });

  it("lives on its own hosts only", () => {
    expect(isSnsUrl("https://sns.cn-north-1.amazonaws.com.cn/x")).toBe(true);
    expect(isSnsUrl(undefined)).toBe(false);
    expect(isSnsUrl("https://xsns.eu-central-1.amazonaws.com/")).toBe(false);
  });
});

describe("the key of a certificate", () => {
  it("is the one Node finds, in every root certificate it knows", () => {
    expect(rootCertificates.length).toBeGreaterThan(100);
    for (const pem of rootCertificates) {
      const expected = new X509Certificate(pem).publicKey.export({ type: "spki", format: "der" });
      expect(Buffer.from(publicKeyOf(pem) ?? []).equals(expected), pem.slice(0, 80)).toBe(true);
    }
  });

  it("is none in what is no certificate", () => {
    const [pem = ""] = rootCertificates;
    const body = pem.split("\n").slice(1, -1).join("");
    for (const broken of [
      "",
      "text",
      pem.replace("CERTIFICATE", "KEY"),
      wrap(body.slice(0, 200)),
      wrap("MAA="),
      wrap("MII="),
      wrap("%"),
    ]) {
      expect(publicKeyOf(broken), broken.slice(0, 40)).toBeNull();
    }
  });
});

const wrap = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
