import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import {
  allRows,
  inMutation,
  makeWorkspace,
  NOON,
  queueText,
  runJobs,
  type Convex,
  type Workspace,
} from "../../tests/support/delivery";
import { giveUp, leaveToPerson } from "../delivery/model";
import { CUSTOMER_LANGUAGES } from "../lib/languages";
import { escalationKey, escalationOf, UNDECIDED_RULE, type GivenUp } from "./escalation";
import { ESCALATION_TEXTS } from "./escalationTexts";

const DEAD: GivenUp = {
  lane: "critical",
  channel: "email",
  subject: "Ihre Buchung",
  contactName: "Max Muster",
  rule: "max_attempts",
  failureClass: "transient",
  reason: "451 try later",
  connectionId: null,
};

describe("the words of an escalated task", () => {
  it("say how it ended and what was the matter, in the organisation's language", () => {
    expect(escalationOf(DEAD, "de")).toEqual({
      title: "Nachricht nicht zugestellt: Ihre Buchung (Max Muster)",
      description:
        "Alle Versuche, sie zu senden, sind gescheitert. Der Anbieter hatte eine vorübergehende Störung.\n" +
        "Kanal: E-Mail\nWortlaut des Anbieters: 451 try later",
      priority: "critical",
    });
    const once = { ...DEAD, rule: "permanent", failureClass: "permanent" };
    expect(escalationOf(once, "en").description.split("\n")[0]).toBe("The provider refused it for good.");
  });

  it("say of an undecided message what there is to decide", () => {
    const undecided = { ...DEAD, rule: UNDECIDED_RULE, failureClass: UNDECIDED_RULE, reason: "In doubt: lost" };
    const { title, description } = escalationOf(undecided, "en");
    expect(title).toBe("Please decide: was this message sent? Ihre Buchung (Max Muster)");
    expect(description).toContain("treat it as sent, send it again, or drop it");
    expect(description).not.toContain("In doubt");
    expect(escalationKey(undecided)).not.toBe(escalationKey(DEAD));
  });

  it("never show a raw rule name, and exist in every language alike", () => {
    const keys = Object.keys(ESCALATION_TEXTS.de.sentences);
    for (const language of CUSTOMER_LANGUAGES) {
      expect(Object.keys(ESCALATION_TEXTS[language].sentences)).toEqual(keys);
      const odd = { ...DEAD, rule: "some_new_rule", failureClass: "some_new_class" };
      expect(escalationOf(odd, language).description).not.toContain("some_new");
    }
  });
});

describe("a message somebody has to look at", () => {
  let t: Convex;
  let workspace: Workspace;

  beforeEach(async () => {
    vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
    t = setupConvex();
    workspace = await makeWorkspace(t);
  });
  afterEach(() => vi.useRealTimers());

  async function undecided(lane: "critical" | "marketing", name: string): Promise<string> {
    const { queueId } = await queueText(t, workspace, { lane, idempotencyKey: name, dueAt: NOON + 60_000 });
    await inMutation(t, async (ctx) => {
      const row = await ctx.db.get("messageQueue", queueId);
      if (row === null) throw new Error("no row");
      await leaveToPerson(ctx, row, { stage: "recovery", rule: "ask_person", reason: "The answer was lost." });
    });
    await runJobs(t);
    return queueId;
  }

  it("becomes a task when nobody knows whether a critical one was sent; one task for many", async () => {
    const first = await undecided("critical", "a");
    const second = await undecided("critical", "b");
    const tasks = await allRows(t, "tasks");
    expect(tasks).toMatchObject([{ taskType: "escalate", priority: "critical", occurrences: 2 }]);
    expect(tasks[0]?.title).toContain("Wurde diese Nachricht gesendet?");
    expect(tasks[0]?.links.queueIds).toEqual([first, second]);
  });

  it("becomes none in a lane the organisation did not ask for", async () => {
    await undecided("marketing", "a");
    expect(await allRows(t, "tasks")).toEqual([]);
  });

  it("becomes another task when it is dead", async () => {
    await undecided("critical", "a");
    const { queueId } = await queueText(t, workspace, { lane: "critical", idempotencyKey: "b", dueAt: NOON + 60_000 });
    await inMutation(t, async (ctx) => {
      const row = await ctx.db.get("messageQueue", queueId);
      if (row !== null) await giveUp(ctx, row, "no_connection", { class: "config", reason: "none" });
    });
    await runJobs(t);
    const begins = (await allRows(t, "tasks")).map(({ title }) => title.split(" ")[0]);
    expect(begins).toEqual(["Bitte", "Nachricht"]);
  });
});
