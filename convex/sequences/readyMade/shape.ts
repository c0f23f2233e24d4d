import type { EmailLayout } from "../../templates/schema";
import type { FlowNode } from "../flow/schema";

// What a ready-made journey is made of: steps without names and templates, and the words for them in three languages.

export const LANGUAGES = ["de", "nl", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** `body` is the mail between greeting and farewell, `short` all of an SMS or WhatsApp message. */
type Text = { subject: string; body: string; short: string };

/** The words of one language. `eventName` stands where a booking has no title: "Ihr Kurs". */
export type Words<StepId extends string, TextId extends string> = {
  name: string;
  description: string;
  eventName: string;
  steps: Record<StepId, string>;
  texts: Record<TextId, Text>;
};

/** A journey to start from. `textOf` says which text a message has, where it is not named like its step. */
export type ReadyMade<StepId extends string = string, TextId extends string = string> = {
  nodes: readonly FlowNode[];
  layouts: Record<TextId, EmailLayout>;
  textOf?: Partial<Record<StepId, TextId>>;
  words: Record<Language, Words<StepId, TextId>>;
};
