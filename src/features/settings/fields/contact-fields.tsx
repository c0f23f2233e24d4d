import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { Badge } from "../../../components/ui/badge";
import { Button } from "../../../components/ui/button";
import { useCan, useOrgQuery } from "../../../lib/org";
import { CardList } from "../card-list";
import { FieldDialog, type ContactField } from "./field-dialog";

/** What the organisation keeps about its contacts beyond name and addresses. */
export function ContactFields() {
  const { t } = useTranslation();
  const mayEdit = useCan("consent.manage");
  const fields = useOrgQuery(api.contacts.fields.queries.list, {});
  const [open, setOpen] = useState<ContactField | "new" | null>(null);
  return (
    <>
      <CardList intro={t("fields.intro")} rows={fields} keyOf={({ key }) => key}>
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
      {open !== null && <FieldDialog field={open === "new" ? null : open} onClose={() => setOpen(null)} />}
    </>
  );
}
