import { describe, expect, it } from "vitest";
import { AUTOMATIC_RULES, automaticRule, type AutomaticRule } from "./automatic";
import type { GuardHeaders } from "./inboundEmail";

const OWN = new Set(["info@haff-segeln.example"]);
const from = (address: string) => ({ address });
const person = from("erika@kunde.example");

const CAUGHT: [AutomaticRule, GuardHeaders, { address: string }, subject?: string][] = [
  ["auto_submitted", { "auto-submitted": "auto-replied" }, person],
  ["auto_submitted", { "auto-submitted": "auto-generated (rejected)" }, person],
  ["precedence", { precedence: "bulk" }, person],
  ["precedence", { precedence: "auto_reply" }, person],
  ["precedence", { precedence: "List" }, person],
  ["precedence", { precedence: "junk" }, person],
  ["mailing_list", { "list-id": "<news.kunde.example>" }, person],
  ["mailing_list", { "list-unsubscribe": "<https://x.example/u>" }, person],
  ["mailing_list", { "list-post": "NO" }, person],
  ["response_suppressed", { "x-auto-response-suppress": "DR, OOF, AutoReply" }, person],
  ["response_suppressed", { "x-auto-response-suppress": "NRN" }, person],
  ["autoresponder_header", { "x-autoreply": "yes" }, person],
  ["autoresponder_header", { "x-autorespond": "" }, person],
  ["loop_header", { "x-loop": "info@kunde.example" }, person],
  ["loop_header", { "x-hub-loop": "1" }, person],
  ["empty_return_path", { "return-path": "<>" }, person],
  ["empty_return_path", { "return-path": " < > " }, person],
  ["delivery_report", { "content-type": "multipart/report; report-type=delivery-status" }, person],
  ["system_sender", {}, from("MAILER-DAEMON@mx.example")],
  ["system_sender", {}, from("postmaster@mx.example")],
  ["system_sender", {}, from("noreply@shop.example")],
  ["system_sender", {}, from("no-reply@shop.example")],
  ["system_sender", {}, from("donotreply@shop.example")],
  ["system_sender", {}, from("bounces+123@mail.example")],
  ["own_sender", {}, from("Info@Haff-Segeln.example")],
  ["automatic_subject", {}, person, "Automatische Antwort: Ihr Kurs"],
  ["automatic_subject", {}, person, "Abwesenheitsnotiz: Ihr Kurs"],
  ["automatic_subject", {}, person, "Out of Office: Your course"],
  ["automatic_subject", {}, person, "Automatisch antwoord: Uw cursus"],
  ["automatic_subject", {}, person, "Réponse automatique : Votre cours"],
];

describe("automaticRule", () => {
  it.each(CAUGHT)("%s catches %o from %o", (rule, headers, sender, subject) => {
    expect(automaticRule({ headers, from: sender, subject }, OWN)).toBe(rule);
  });

  it("has a case for every rule", () => {
    expect([...new Set(CAUGHT.map(([rule]) => rule))]).toEqual([...AUTOMATIC_RULES]);
  });

  it.each(["Re: Out of Office: Your course", "Out of office chairs", "Automatische Antworten einrichten"])(
    "lets a person write about %s",
    (subject) => expect(automaticRule({ headers: {}, from: person, subject }, OWN)).toBeNull(),
  );

  it.each<[string, GuardHeaders, { address: string }]>([
    ["nothing special", {}, person],
    ["an explicit no", { "auto-submitted": "no" }, person],
    ["an explicit no with a comment", { "auto-submitted": "No; x=1" }, person],
    ["first-class mail", { precedence: "first-class" }, person],
    ["a return path", { "return-path": "<erika@kunde.example>" }, person],
    ["another multipart", { "content-type": "multipart/mixed; boundary=report" }, person],
    ["suppress set to none", { "x-auto-response-suppress": "None" }, person],
    ["a name that only resembles one", {}, from("noreplyhof@kunde.example")],
  ])("lets %s through", (_, headers, sender) => {
    expect(automaticRule({ headers, from: sender }, OWN)).toBeNull();
  });
});
