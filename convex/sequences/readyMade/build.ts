import type { Id } from "../../_generated/dataModel";
import type { EmailLayout, TemplateVariable } from "../../templates/schema";
import { variablesIn } from "../../templates/variables";
import { NO_TEMPLATE } from "../closedSets";
import type { Flow, FlowNode } from "../flow/schema";
import { READY_MADE, type ReadyMadeKind } from "./kinds";
import type { Language, ReadyMade, Words } from "./shape";
import { FRAMES, variablesOf } from "./words";

// Ready-made journeys put together in one language. Pure.

/** A template as it is made: `key` is what `flowOf` asks for. */
export type ReadyTemplate = {
  key: string;
  name: string;
  locale: string;
  subject: string;
  body: string;
  shortBody: string;
  layout: EmailLayout;
  variables: TemplateVariable[];
};

/** Name and description of a journey in a language. */
export function titleOf(kind: ReadyMadeKind, language: Language): { name: string; description: string } {
  const { name, description } = READY_MADE[kind].words[language];
  return { name, description };
}

/** The templates a journey sends, each once, in the order of its steps. */
export function templatesOf(kind: ReadyMadeKind, language: Language): ReadyTemplate[] {
  const made = READY_MADE[kind];
  const words = made.words[language];
  const { locale, greeting, farewell } = FRAMES[language];
  const keys = new Set(made.nodes.filter((node) => node.kind === "message").map(({ stepId }) => textKey(made, stepId)));
  return [...keys].map((key) => {
    const { subject, body: core, short } = required(words.texts, key);
    const body = [greeting, core, farewell].join("\n\n");
    const used = new Set(variablesIn([subject, body, short].join("\n")));
    const variables = variablesOf(language, words.eventName).filter(({ name }) => used.has(name));
    const layout = required(made.layouts, key);
    return {
      key,
      name: `${words.name} – ${subjectName(words, key)}`,
      locale,
      subject,
      body,
      shortBody: short,
      layout,
      variables,
    };
  });
}

/** What a template is called in the list: the step it was made for, else its subject. */
function subjectName({ steps, texts }: Words<string, string>, key: string): string {
  return steps[key] ?? required(texts, key).subject;
}

/** The journey with names in `language`; messages point at the templates given by their key. */
export function flowOf(
  kind: ReadyMadeKind,
  language: Language,
  templateIds: ReadonlyMap<string, Id<"templates">>,
): Flow {
  const made = READY_MADE[kind];
  const { steps } = made.words[language];
  const nodes = made.nodes.map((node) => named(node, required(steps, node.stepId), language, made, templateIds));
  return { first: nodes[0]?.stepId ?? null, onCancelled: null, onNoShow: null, nodes };
}

function named(
  node: FlowNode,
  name: string,
  language: Language,
  made: ReadyMade,
  templateIds: ReadonlyMap<string, Id<"templates">>,
): FlowNode {
  switch (node.kind) {
    case "message":
      return { ...node, name, templateId: templateIds.get(textKey(made, node.stepId)) ?? NO_TEMPLATE };
    case "branch":
      return { ...node, name, arms: node.arms.map((arm) => ({ ...arm, name: FRAMES[language].yes })) };
    case "deed":
      return node.deed.kind === "create_task"
        ? { ...node, name, deed: { ...node.deed, title: name } }
        : { ...node, name };
    default:
      return { ...node, name };
  }
}

function textKey({ textOf }: ReadyMade, stepId: string): string {
  return textOf?.[stepId] ?? stepId;
}

function required<Value>(values: Record<string, Value>, key: string): Value {
  const value = values[key];
  if (value === undefined) throw new Error(`A ready-made journey has no words for "${key}".`);
  return value;
}
