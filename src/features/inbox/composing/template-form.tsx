import { Link } from "@tanstack/react-router";
import { Archive, SendHorizontal } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { fillForWriting, gapsIn, variablesIn } from "../../../../convex/templates/variables";
import { Button } from "../../../components/ui/button";
import { Select } from "../../../components/ui/select";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { TextField } from "../../../components/ui/text-field";
import type { ThreadDetail } from "../../../lib/api-types";
import { useOrgQuery } from "../../../lib/org";
import { SendLater } from "../send-later";
import type { SendOptions } from "../use-send";
import type { AnswerWindow } from "./window-notice";

export type TemplateAnswer = { templateId: Id<"templates">; values: Record<string, string>; text: string };
type SendTemplate = (answer: TemplateAnswer, options: SendOptions) => void;

type TemplateFormProps = {
  thread: ThreadDetail;
  window: AnswerWindow;
  hasDraft: boolean;
  onSend: SendTemplate;
  /** The way to the customer's other channels. */
  otherWays: ReactNode;
};

/** What may be sent on WhatsApp once the 24 hours are over: an approved template with its values (product.md 2.4 no. 36). */
export function TemplateForm({ thread, window, hasDraft, onSend, otherWays }: TemplateFormProps) {
  const { t } = useTranslation();
  const known = useOrgQuery(api.bookings.writing.queries.values, { threadId: thread.id });
  return (
    <div className="flex flex-col gap-3 px-4 pt-2 pb-3">
      <div className="flex items-start justify-between gap-2">
        <p className="text-sm text-warn">
          {t("composing.window.closed")}
          {hasDraft && ` ${t("composing.window.draftKept")}`}
        </p>
        {otherWays}
      </div>
      {window.templates.length === 0 ? (
        <p className="text-sm text-muted">
          {t(window.usesTemplates ? "composing.window.noTemplate" : "composing.window.otherChannels")}{" "}
          <Link
            to="/settings/$section"
            params={{ section: window.usesTemplates ? "templates" : "delivery" }}
            className="underline"
          >
            {t("composing.window.settings")}
          </Link>
        </p>
      ) : known === undefined ? (
        <SkeletonRows count={2} className="px-0" />
      ) : (
        <Fields key={thread.id} templates={window.templates} known={known} onSend={onSend} />
      )}
    </div>
  );
}

type FieldsProps = { templates: AnswerWindow["templates"]; known: Record<string, string>; onSend: SendTemplate };

function Fields({ templates, known, onSend }: FieldsProps) {
  const { t } = useTranslation();
  const [chosenId, setChosenId] = useState<string | null>(null);
  const [written, setWritten] = useState<Record<string, string>>({});
  const chosen = templates.find(({ templateId }) => templateId === chosenId) ?? templates[0];
  if (chosen === undefined) return null;
  const { templateId, text, variables } = chosen;
  const values = Object.fromEntries(
    variables.map(({ name, fallback }) => [name, written[name] ?? known[name] ?? fallback]),
  );
  const filled = fillForWriting(
    text,
    values,
    variables.map(({ name }) => ({ name, fallback: "" })),
  );
  const isComplete = variables.every(({ name }) => (values[name] ?? "").trim() !== "") && gapsIn(filled).length === 0;
  const send = (options: SendOptions) => {
    if (isComplete) onSend({ templateId, values, text: filled }, options);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) send({ close: event.shiftKey });
  };
  const inText = variablesIn(text);
  return (
    <div className="flex max-h-[45vh] flex-col gap-3 overflow-y-auto" onKeyDown={onKeyDown}>
      <Select
        label={t("composing.window.template")}
        options={templates.map((each) => ({ id: String(each.templateId), label: `${each.name} (${each.language})` }))}
        value={String(templateId)}
        onChange={setChosenId}
      />
      {variables.length > 0 && (
        <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
          {variables.map(({ name }) => (
            <TextField
              key={`${templateId} ${name}`}
              label={name}
              value={values[name] ?? ""}
              onChange={(value) => setWritten({ ...written, [name]: value })}
              error={(values[name] ?? "").trim() === "" ? t("composing.window.missing") : null}
              {...(inText.includes(name) ? {} : { description: t("composing.window.registeredOnly") })}
            />
          ))}
        </div>
      )}
      <p
        aria-label={t("composing.window.preview")}
        role="group"
        className="w-fit max-w-full rounded-lg bg-sunken px-3 py-2 text-sm break-words whitespace-pre-wrap"
      >
        {filled}
      </p>
      <SendButtons isDisabled={!isComplete} onSend={send} />
    </div>
  );
}

type SendButtonsProps = { isDisabled: boolean; onSend: (options: SendOptions) => void };

function SendButtons({ isDisabled, onSend }: SendButtonsProps) {
  const { t } = useTranslation();
  return (
    <div className="flex items-center justify-end gap-1.5">
      <Button
        size="sm"
        keys="mod+shift+enter"
        isDisabled={isDisabled}
        icon={<Archive aria-hidden size={14} />}
        aria-label={t("composer.sendClose")}
        onPress={() => onSend({ close: true })}
      >
        <span className="max-md:sr-only">{t("composer.sendClose")}</span>
      </Button>
      <Button
        variant="primary"
        size="sm"
        keys="mod+enter"
        isDisabled={isDisabled}
        icon={<SendHorizontal aria-hidden size={14} />}
        onPress={() => onSend({ close: false })}
      >
        {t("composer.send")}
      </Button>
      <SendLater
        isDisabled={isDisabled}
        onPlan={(plan) => onSend({ close: false, plan })}
        onRemind={(remindAt) => onSend({ close: false, remindAt })}
      />
    </div>
  );
}
