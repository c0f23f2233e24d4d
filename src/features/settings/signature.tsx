import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { asAppError } from "../../../convex/lib/errors";
import type { BusinessEntity } from "../../../convex/lib/closedSets";
import { BrandSelect } from "../../components/brand";
import { Button } from "../../components/ui/button";
import { SkeletonRows } from "../../components/ui/skeleton";
import { TextField } from "../../components/ui/text-field";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../lib/org";

/** What stands under one's e-mails, and under everybody's in the name of a brand. */
export function Signature() {
  const { t } = useTranslation();
  const mayReply = useCan("inbox.reply");
  const mayManage = useCan("org.manage");
  const [brand, setBrand] = useState<BusinessEntity>("all");
  const signatures = useOrgQuery(api.inbox.signatures.queries.list, mayReply ? {} : "skip");
  if (!mayReply) return <p className="text-sm text-muted">{t("settings.noRight")}</p>;
  if (signatures === undefined) return <SkeletonRows count={3} className="px-0" />;
  const textOf = (isOwn: boolean) =>
    signatures.find((each) => each.isOwn === isOwn && each.businessEntity === brand)?.text ?? "";
  return (
    <div className="flex max-w-xl flex-col gap-6">
      <p className="text-sm text-muted">{t("signature.intro")}</p>
      <div className="flex flex-col gap-1">
        <BrandSelect
          value={brand}
          onChange={setBrand}
          inUse={signatures.map(({ businessEntity }) => businessEntity)}
          className="w-60 max-w-full"
        />
        <p className="text-xs text-faint">{t("signature.brandHint")}</p>
      </div>
      {[true, ...(mayManage || textOf(false) !== "" ? [false] : [])].map((isOwn) => (
        <SignatureForm
          key={`${brand} ${isOwn ? "own" : "brand"}`}
          brand={brand}
          isOwn={isOwn}
          stored={textOf(isOwn)}
          mayChange={isOwn || mayManage}
        />
      ))}
    </div>
  );
}

type SignatureFormProps = { brand: BusinessEntity; isOwn: boolean; stored: string; mayChange: boolean };

function SignatureForm({ brand, isOwn, stored, mayChange }: SignatureFormProps) {
  const { t } = useTranslation();
  const save = useOrgMutation(api.inbox.signatures.mutations.set);
  const [text, setText] = useState(stored);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(null);
    try {
      await save({ businessEntity: brand, isOwn, text });
      toast(t("signature.saved"));
    } catch (thrown) {
      const error = asAppError(thrown);
      if (error?.field === "text") setProblem(error.message);
      else toastError(describeError(thrown, t));
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-3">
      <TextField
        label={t(isOwn ? "signature.own" : "signature.ofBrand")}
        rows={5}
        value={text}
        onChange={setText}
        error={problem}
        isReadOnly={!mayChange}
      />
      {mayChange && (
        <Button type="submit" variant="primary" className="self-start" isDisabled={text.trim() === stored}>
          {t("common.save")}
          <span className="sr-only"> {t(isOwn ? "signature.own" : "signature.ofBrand")}</span>
        </Button>
      )}
    </form>
  );
}
