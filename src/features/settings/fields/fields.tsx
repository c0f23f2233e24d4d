import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { Badge } from "../../../components/ui/badge";
import { Button } from "../../../components/ui/button";
import { useCan, useOrgQuery } from "../../../lib/org";
import { CardList } from "../card-list";
import { FieldDialog, type Field, type FieldSubject } from "./field-dialog";

/** What the organisation keeps about its contacts beyond name and addresses, and about its conversations. */
export function Fields() {
  const { t } = useTranslation();
  return (
    <>
      <section aria-labelledby="fields-of-contacts" className="flex flex-col gap-4">
        <h3 id="fields-of-contacts" className="text-sm font-semibold">
          {t("fields.contacts")}
        </h3>
        <FieldList subject={undefined} />
      </section>
      <section aria-labelledby="fields-of-threads" className="flex flex-col gap-4 pt-4">
        <h3 id="fields-of-threads" className="text-sm font-semibold">
          {t("fields.threads")}
        </h3>
        <FieldList subject="thread" />
      </section>
    </>
  );
}

function FieldList({ subject }: { subject: FieldSubject }) {
  const { t } = useTranslation();
  const mayEdit = useCan("consent.manage");
  const fields = useOrgQuery(api.contacts.fields.queries.list, { subject });
  const [open, setOpen] = useState<Field | "new" | null>(null);
  return (
    <>
      <CardList
        intro={t(subject === "thread" ? "fields.threadIntro" : "fields.intro")}
        rows={fields}
        keyOf={({ key }) => key}
      >
        {(field) => (
          <>
            <span className="min-w-0 grow">
              <span className="block truncate text-sm font-medium">{field.label}</span>
              <span className="block truncate text-xs text-muted">
                {[t(`fields.kinds.${field.kind}`), field.options.join(", ")].filter((part) => part !== "").join(" · ")}
              </span>
            </span>
            {field.isArchived && <Badge>{t("fields.archived")}</Badge>}
            {mayEdit && (
              <Button size="sm" aria-label={t("fields.changeOf", { name: field.label })} onPress={() => setOpen(field)}>
                {t("fields.change")}
              </Button>
            )}
          </>
        )}
      </CardList>
      {mayEdit && (
        <Button className="self-start" icon={<Plus aria-hidden size={14} />} onPress={() => setOpen("new")}>
          {t("fields.add")}
        </Button>
      )}
      {open !== null && (
        <FieldDialog subject={subject} field={open === "new" ? null : open} onClose={() => setOpen(null)} />
      )}
    </>
  );
}
