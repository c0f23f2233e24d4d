import { describe, expect, it } from "vitest";
import { isOptOut } from "./optOut";

describe("isOptOut", () => {
  it.each([
    "STOP",
    "Stopp!",
    " stop. ",
    "„Stopp“",
    "STOP 🛑",
    "abmelden",
    "ABMELDEN bitte",
    "Opt-out",
    "opt out",
    "keine Werbung",
    "Stop das bitte",
    "Arrêt",
    "DÉSABONNER",
    "afmelden",
    "unsubscribe me",
    "CANCEL",
  ])("%j ends the messages", (text) => expect(isOptOut(text)).toBe(true));
  it.each([
    "Ich komme am Samstag, stopp, doch am Sonntag",
    "Bitte stoppen Sie nicht",
    "Cancel my booking",
    "Stop by on Saturday please thanks",
    "Ende gut",
    "",
    "👍",
    "nonstop",
  ])("%j is a message", (text) => expect(isOptOut(text)).toBe(false));
});
