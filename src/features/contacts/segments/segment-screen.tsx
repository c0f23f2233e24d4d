import { useNavigate } from "@tanstack/react-router";
import { Archive, Undo2 } from "lucide-react";
import { type ReactNode, useDeferredValue, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { ruleProblem } from "../../../../convex/contacts/segments/rules";
import { asAppError } from "../../../../convex/lib/errors";
import { BackLink } from "../../../components/layout/back-link";
import { Page, Section } from "../../../components/layout/page";
import { Button } from "../../../components/ui/button";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { TextField } from "../../../components/ui/text-field";
import { toast, toastError } from "../../../components/ui/toast";
import type { Segment, SegmentRule } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../../lib/org";
import { useShortcuts } from "../../../lib/shortcuts";
import { useTitle } from "../../../lib/title";
import { ArchiveDialog } from "./archive-dialog";
import { MemberList } from "./member-list";
import { NEW_RULE, RuleFields } from "./rule-fields";
import { SegmentSize } from "./segment-size";
import { UsedBy } from "./used-by";

type Fields = { name: string; description: string; rule: SegmentRule };

const NEW: Fields = { name: "", description: "", rule: NEW_RULE };

/** One segment: its rule, how many and who is in it, while it is typed. */
export function SegmentScreen({ segmentId }: { segmentId: Id<"segments"> }) {
  const { t } = useTranslation();
  const segment = useOrgQuery(api.contacts.segments.queries.get, { segmentId });
  const mayEdit = useCan("segments.edit");
  const [isArchiving, setIsArchiving] = useState(false);
  const change = useOrgMutation(api.sequences.segmentUse.mutations.change);
  useTitle(segment?.name ?? t("segments.title"));
  useLeave();
  const actions = mayEdit && segment?.isArchived === false && (
    <Button icon={<Archive aria-hidden size={14} />} onPress={() => setIsArchiving(true)}>
      {t("segments.archive")}
    </Button>
  );
  return (
    <Page
      title={segment?.name ?? "…"}
      back={<BackToSegments />}
      actions={actions}
      className="overflow-y-auto px-6 pb-6 max-md:px-4"
    >
      {segment === undefined ? (
        <SkeletonRows />
      ) : (
        <>
          {segment.isArchived && <ArchivedNote segment={segment} mayEdit={mayEdit} />}
          <SegmentForm
            saved={segment}
            isDisabled={!mayEdit || segment.isArchived}
            onSave={async (fields) => {
              await change({ segmentId, ...fields });
            }}
          >
            <UsedBy segmentId={segmentId} />
          </SegmentForm>
        </>
      )}
      {isArchiving && segment !== undefined && (
        <ArchiveDialog segment={segment} onClose={() => setIsArchiving(false)} />
      )}
    </Page>
  );
}

/** A segment that is not saved yet. */
export function NewSegmentScreen({ onMade }: { onMade: (segmentId: Id<"segments">) => void }) {
  const { t } = useTranslation();
  const create = useOrgMutation(api.contacts.segments.mutations.create);
  const mayEdit = useCan("segments.edit");
  useTitle(t("segments.new"));
  useLeave();
  return (
    <Page title={t("segments.new")} back={<BackToSegments />} className="overflow-y-auto px-6 pb-6 max-md:px-4">
      <SegmentForm saved={null} isDisabled={!mayEdit} onSave={async (fields) => onMade(await create(fields))} />
    </Page>
  );
}

function useLeave(): void {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const run = () => void navigate({ to: "/contacts", search: { tab: "segments" } });
  useShortcuts([{ id: "leave", keys: "escape", label: t("segments.back"), group: "list", run }]);
}

function BackToSegments() {
  const { t } = useTranslation();
  return (
    <BackLink to="/contacts" search={{ tab: "segments" }}>
      {t("segments.title")}
    </BackLink>
  );
}

function ArchivedNote({ segment, mayEdit }: { segment: Segment; mayEdit: boolean }) {
  const { t } = useTranslation();
  const restore = useOrgMutation(api.contacts.segments.mutations.restore);
  return (
    <div className="flex flex-wrap items-center gap-3 pb-4 text-sm">
      <p role="status">{t("segments.isArchived")}</p>
      {mayEdit && (
        <Button
          icon={<Undo2 aria-hidden size={14} />}
          onPress={() => {
            restore({ segmentId: segment.id }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
          }}
        >
          {t("segments.restore")}
        </Button>
      )}
    </div>
  );
}

type FormProps = {
  /** null: none yet. */
  saved: Segment | null;
  isDisabled: boolean;
  onSave: (fields: Fields) => Promise<void>;
  children?: ReactNode;
};

function SegmentForm({ saved, isDisabled, onSave, children }: FormProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Fields | null>(null);
  const [problem, setProblem] = useState<{ field: string; text: string } | null>(null);
  const fields = draft ?? saved ?? NEW;
  // A field hands on what is typed when it is left, by the click that saves.
  const latest = useRef(fields);
  useEffect(() => {
    latest.current = fields;
  });
  const change = (said: Partial<Fields>) => {
    const { name, description, rule } = { ...latest.current, ...said };
    latest.current = { name, description, rule };
    setDraft(latest.current);
    setProblem(null);
  };
  const errorAt = (field: string) => (problem?.field === field ? problem.text : null);
  const save = async () => {
    const wrong = ruleProblem(latest.current.rule);
    if (wrong !== null) return setProblem({ field: "rule", text: t(`segments.problems.${wrong}`) });
    const { name, description, rule } = latest.current;
    try {
      await onSave({ name, description, rule });
      setDraft(null);
      toast(t("segments.saved", { name: name.trim() }));
    } catch (thrown) {
      const field = asAppError(thrown)?.field;
      if (field === undefined) toastError(describeError(thrown, t));
      else setProblem({ field, text: describeError(thrown, t) });
    }
  };
  const isChanged = saved === null || draft !== null;
  return (
    <div className="grid grid-cols-[minmax(0,26rem)_minmax(0,1fr)] items-start gap-x-8 gap-y-6 max-lg:grid-cols-1">
      <div className="flex min-w-0 flex-col gap-4">
        <TextField
          label={t("segments.name")}
          value={fields.name}
          isDisabled={isDisabled}
          onChange={(name) => change({ name })}
          error={errorAt("name")}
        />
        <TextField
          label={t("segments.description")}
          value={fields.description}
          isDisabled={isDisabled}
          onChange={(description) => change({ description })}
          error={errorAt("description")}
        />
        <Section title={t("segments.rule")}>
          <RuleFields value={fields.rule} isDisabled={isDisabled} onChange={(rule) => change({ rule })} />
          {errorAt("rule") !== null && (
            <p role="alert" className="text-sm text-danger">
              {errorAt("rule")}
            </p>
          )}
        </Section>
        {!isDisabled && isChanged && (
          <div className="flex flex-wrap gap-2">
            <Button variant="primary" onPress={() => void save()}>
              {t("segments.save")}
            </Button>
            {saved !== null && <Button onPress={() => setDraft(null)}>{t("segments.discard")}</Button>}
          </div>
        )}
        {children}
      </div>
      <Members
        rule={fields.rule}
        isSaved={saved !== null && JSON.stringify(saved.rule) === JSON.stringify(fields.rule)}
      />
    </div>
  );
}

/** Who a rule lets in at present, saved or not. */
function Members({ rule, isSaved }: { rule: SegmentRule; isSaved: boolean }) {
  const { t } = useTranslation();
  const asked = useDeferredValue(rule);
  const problem = ruleProblem(asked);
  return (
    <Section title={t("segments.members")}>
      <p role="status" className="text-lg font-semibold tabular-nums">
        {problem === null ? <SegmentSize rule={asked} /> : "–"}
      </p>
      {problem !== null && <p className="text-sm text-muted">{t(`segments.problems.${problem}`)}</p>}
      {problem === null && !isSaved && <p className="text-sm text-muted">{t("segments.unsaved")}</p>}
      {problem === null && (
        <div className="flex max-h-128 min-h-0 flex-col overflow-hidden rounded-md border border-line">
          <MemberList key={JSON.stringify(asked)} rule={asked} />
        </div>
      )}
    </Section>
  );
}
