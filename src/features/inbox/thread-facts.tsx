import { ListPlus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { asAppError } from "../../../convex/lib/errors";
import { AttributeFields } from "../../components/contact/attribute-fields";
import { Button } from "../../components/ui/button";
import { FormDialog } from "../../components/ui/form-dialog";
import { toastError } from "../../components/ui/toast";
import type { ThreadDetail } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../lib/org";
import { hasDoubles, type Pair, pairsOf, recordOf } from "./reference-pairs";
import { ReferenceRows } from "./reference-rows";

/** What the organisation keeps about a conversation, and the ids other systems know it by (requirement S1). */
export function ThreadFacts({ thread }: { thread: ThreadDetail }) {
  const { t } = useTranslation();
  const mayChange = useCan("inbox.reply");
  const fields = useOrgQuery(api.contacts.fields.queries.list, { subject: "thread" });
  const [isOpen, setIsOpen] = useState(false);
  const attributes = Object.entries(thread.attributes).map(([key, value]) => ({
    id: `attribute ${key}`,
    name: fields?.find((field) => field.key === key)?.label ?? key,
    text: typeof value === "boolean" ? t(value ? "person.yes" : "person.no") : String(value),
  }));
  const references = Object.entries(thread.externalReferences).map(([name, text]) => ({
    id: `reference ${name}`,
    name,
    text,
  }));
  const facts = [attributes, references].flatMap((each) => each.sort((a, b) => a.name.localeCompare(b.name)));
  if (!mayChange && facts.length === 0) return null;
  return (
    <section aria-label={t("threadFacts.title")} className="flex flex-col gap-1.5">
      <h3 className="text-xs font-medium text-muted">{t("threadFacts.title")}</h3>
      {facts.length > 0 && (
        <dl className="grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
          {facts.map(({ id, name, text }) => (
            <div key={id} className="col-span-2 grid grid-cols-subgrid">
              <dt className="truncate text-faint" title={name}>
                {name}
              </dt>
              <dd className="min-w-0 truncate" title={text}>
                {text}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {mayChange && fields !== undefined && (
        <Button
          size="sm"
          className="self-start"
          icon={<ListPlus aria-hidden size={13} />}
          onPress={() => setIsOpen(true)}
        >
          {t("threadFacts.change")}
        </Button>
      )}
      {isOpen && <FactsDialog thread={thread} fields={fields ?? []} onClose={() => setIsOpen(false)} />}
    </section>
  );
}

type Fields = Parameters<typeof AttributeFields>[0]["fields"];
type FactsDialogProps = { thread: ThreadDetail; fields: Fields; onClose: () => void };

function FactsDialog({ thread, fields, onClose }: FactsDialogProps) {
  const { t } = useTranslation();
  const change = useOrgMutation(api.inbox.mutations.change);
  const [before] = useState(() => textsOf(thread.attributes));
  const [values, setValues] = useState(before);
  const [pairs, setPairs] = useState<readonly Pair[]>(() => pairsOf(thread.externalReferences));
  const [problem, setProblem] = useState<{ field: string; text: string } | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const field = "externalReferences";
    if (hasDoubles(pairs)) return setProblem({ field, text: t("threadFacts.twice") });
    const changed = Object.entries(values).filter(([key, value]) => value !== (before[key] ?? ""));
    try {
      await change({
        threadId: thread.id,
        attributes: Object.fromEntries(changed),
        externalReferences: recordOf(pairs),
      });
      onClose();
    } catch (thrown) {
      const at = asAppError(thrown)?.field;
      if (at === undefined) toastError(describeError(thrown, t));
      else setProblem({ field: at, text: at === field ? t("threadFacts.rule") : describeError(thrown, t) });
    }
  };
  const errorAt = (field: string) => (problem?.field === field ? problem.text : null);
  return (
    <FormDialog title={t("threadFacts.title")} onClose={onClose} onSubmit={submit}>
      <AttributeFields
        fields={fields}
        values={values}
        onChange={setValues}
        errorAt={(key) => errorAt(`attributes.${key}`)}
      />
      <ReferenceRows pairs={pairs} onChange={setPairs} problem={errorAt("externalReferences")} />
    </FormDialog>
  );
}

function textsOf(attributes: ThreadDetail["attributes"]): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, String(value)]));
}
