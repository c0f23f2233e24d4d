import { FileLock2 } from "lucide-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { asAppError } from "../../../convex/lib/errors";
import { DataRequestRow } from "../../components/consent/data-request-row";
import { Section } from "../../components/layout/page";
import { Button } from "../../components/ui/button";
import { EmptyState } from "../../components/ui/empty-state";
import { Select } from "../../components/ui/select";
import { SkeletonRows } from "../../components/ui/skeleton";
import { TextField } from "../../components/ui/text-field";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useOrgMutation, useOrgPaginatedQuery, useOrgQuery } from "../../lib/org";
import { Panel } from "./panel";

const PAGE_SIZE = 20;

/** How long texts stay, and what people asked for about their data. */
export function Privacy() {
  const { t } = useTranslation();
  const retention = useOrgQuery(api.orgs.retention.queries.get, {});
  return (
    <Panel intro={t("consent.privacyText")}>
      <Section title={t("consent.retention")}>
        {retention === undefined ? (
          <SkeletonRows count={2} className="px-0" />
        ) : (
          <RetentionForm key={JSON.stringify(retention)} retention={retention} />
        )}
      </Section>
      <Section title={t("consent.dataRequests")}>
        <Requests />
      </Section>
    </Panel>
  );
}

type Retention = { messageDays: number; conversationDays: number | null };

function RetentionForm({ retention }: { retention: Retention }) {
  const { t } = useTranslation();
  const [messageDays, setMessageDays] = useState(String(retention.messageDays));
  const [keeps, setKeeps] = useState<"days" | "ever">(retention.conversationDays === null ? "ever" : "days");
  const [conversationDays, setConversationDays] = useState(String(retention.conversationDays ?? retention.messageDays));
  const [problem, setProblem] = useState<string | null>(null);
  const set = useOrgMutation(api.privacy.mutations.setRetention);
  const save = async () => {
    const days = {
      messageDays: Number(messageDays),
      conversationDays: keeps === "ever" ? null : Number(conversationDays),
    };
    try {
      await set(days);
      toast(t("consent.retentionSaved"), {
        undo: () => void set(retention).catch((thrown: unknown) => toastError(describeError(thrown, t))),
      });
    } catch (thrown) {
      const error = asAppError(thrown);
      if (error?.code === "invalid") setProblem(error.field ?? null);
      else toastError(describeError(thrown, t));
    }
  };
  return (
    <div className="flex flex-col gap-3 rounded-lg border border-line p-4">
      <p className="text-sm text-muted">{t("consent.retentionText")}</p>
      <div className="grid grid-cols-3 items-start gap-3 max-md:grid-cols-1">
        <TextField
          label={t("consent.messageDays")}
          inputMode="numeric"
          value={messageDays}
          onChange={setMessageDays}
          error={problem === "messageDays" ? t("consent.retentionBounds") : null}
        />
        <Select
          label={t("consent.conversations")}
          options={(["days", "ever"] as const).map((id) => ({ id, label: t(`consent.keeps.${id}`) }))}
          value={keeps}
          onChange={setKeeps}
        />
        {keeps === "days" && (
          <TextField
            label={t("consent.conversationDays")}
            inputMode="numeric"
            value={conversationDays}
            onChange={setConversationDays}
            error={problem === "conversationDays" ? t("consent.retentionBounds") : null}
          />
        )}
      </div>
      <Button variant="primary" className="self-start" onPress={() => void save()}>
        {t("common.save")}
      </Button>
    </div>
  );
}

function Requests() {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.privacy.queries.requests,
    {},
    { initialNumItems: PAGE_SIZE },
  );
  if (status === "LoadingFirstPage") return <SkeletonRows count={2} className="px-0" />;
  if (results.length === 0) {
    return <EmptyState icon={FileLock2} title={t("consent.noRequests")} text={t("consent.noRequestsText")} />;
  }
  return (
    <>
      <ul className="divide-y divide-line rounded-lg border border-line">
        {results.map((request) => (
          <li key={request.id} className="flex flex-col gap-1 px-4 py-3">
            <Link
              to="/contacts/$contactId"
              params={{ contactId: request.contact.id }}
              className="w-fit text-xs text-muted underline decoration-line-strong underline-offset-2 hover:text-text"
            >
              {request.contact.name || t("consent.erasedPerson")}
            </Link>
            <DataRequestRow request={request} />
          </li>
        ))}
      </ul>
      {status === "CanLoadMore" && (
        <Button className="self-center" onPress={() => loadMore(PAGE_SIZE)}>
          {t("common.more")}
        </Button>
      )}
    </>
  );
}
