import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import type { BusinessEntity } from "../../../convex/lib/closedSets";
import { asAppError } from "../../../convex/lib/errors";
import { hardToSee } from "../../../convex/templates/brands/rules";
import { Button } from "../../components/ui/button";
import { FileButton } from "../../components/ui/file-button";
import { Select } from "../../components/ui/select";
import { SkeletonRows } from "../../components/ui/skeleton";
import { TextField } from "../../components/ui/text-field";
import { toast, toastError } from "../../components/ui/toast";
import { useImageUpload } from "../../editor/email/use-image-upload";
import type { MailBrand } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useBrandSlots } from "../../lib/brands";
import { useCan, useOrg, useOrgMutation, useOrgQuery } from "../../lib/org";

/** How e-mails in the name of each business entity look. */
export function Brands() {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const brands = useOrgQuery(api.templates.brands.queries.list, {});
  const slots = useBrandSlots();
  const [entity, setEntity] = useState<BusinessEntity>("all");
  if (brands === undefined) return <SkeletonRows count={4} className="px-0" />;
  const own = brands.find(({ businessEntity }) => businessEntity === entity);
  return (
    <div className="flex max-w-xl flex-col gap-5">
      <p className="text-sm text-muted">{t("brands.intro", { name: membership.orgName })}</p>
      <Select
        label={t("brands.entity")}
        options={slots}
        value={entity}
        onChange={setEntity}
        className="w-60 max-w-full"
      />
      <BrandForm key={entity} entity={entity} stored={own} />
    </div>
  );
}

function BrandForm({ entity, stored }: { entity: BusinessEntity; stored: MailBrand | undefined }) {
  const { t } = useTranslation();
  const mayManage = useCan("org.manage");
  const save = useOrgMutation(api.templates.brands.mutations.set);
  const [fields, setFields] = useState({
    name: stored?.name ?? "",
    accentColor: stored?.accentColor ?? "",
    tagline: stored?.tagline ?? "",
    websiteUrl: stored?.websiteUrl ?? "",
    imprint: (stored?.imprint ?? []).join("\n"),
  });
  const [logoId, setLogoId] = useState(stored?.logoId);
  const [problem, setProblem] = useState<{ field: string; text: string } | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(null);
    try {
      await save({ businessEntity: entity, ...fields, logoId, imprint: fields.imprint.split("\n") });
      toast(t("brands.saved"));
    } catch (thrown) {
      const error = asAppError(thrown);
      if (error?.field === undefined) toastError(describeError(thrown, t));
      else setProblem({ field: error.field, text: describeError(thrown, t) });
    }
  };
  const field = (name: keyof typeof fields, rows?: number) => (
    <TextField
      label={t(`brands.${name}`)}
      {...(rows === undefined ? {} : { rows })}
      value={fields[name]}
      onChange={(value) => setFields((known) => ({ ...known, [name]: value }))}
      error={problem?.field === name ? problem.text : null}
      isReadOnly={!mayManage}
    />
  );
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-4">
      {field("name")}
      <Logo id={logoId} isReadOnly={!mayManage} onChange={setLogoId} />
      <div className="flex flex-col gap-1">
        {field("accentColor")}
        {hardToSee(fields.accentColor).map((mode) => (
          <p key={mode} className="text-xs text-warn">
            {t(`brands.hardToSee.${mode}`)}
          </p>
        ))}
      </div>
      {field("tagline")}
      {field("websiteUrl")}
      {field("imprint", 5)}
      {mayManage && (
        <Button type="submit" variant="primary" className="self-start">
          {t("common.save")}
        </Button>
      )}
    </form>
  );
}

type LogoProps = {
  id: Id<"files"> | undefined;
  isReadOnly: boolean;
  onChange: (id: Id<"files"> | undefined) => void;
};

function Logo({ id, isReadOnly, onChange }: LogoProps) {
  const { t } = useTranslation();
  const upload = useImageUpload();
  const image = useOrgQuery(api.templates.images.queries.get, id === undefined ? "skip" : { fileId: id });
  const put = async (file: File) => {
    // What went wrong was said by the upload.
    const kept = await upload(file).catch(() => null);
    if (kept !== null) onChange(kept.fileId);
  };
  return (
    <div className="flex flex-col items-start gap-2">
      <p className="text-xs font-medium text-muted">{t("brands.logo")}</p>
      {image && <img src={image.url} alt={t("brands.logo")} className="h-10 max-w-full rounded-sm bg-white" />}
      {!isReadOnly && (
        <div className="flex gap-2">
          <FileButton
            variant="secondary"
            label={t("brands.chooseLogo")}
            accept="image/png,image/jpeg,image/gif,image/webp"
            onFile={(file) => void put(file)}
          />
          {id !== undefined && (
            <Button variant="quiet" onPress={() => onChange(undefined)}>
              {t("brands.withoutLogo")}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
