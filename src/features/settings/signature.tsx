import type { FunctionReturnType } from "convex/server";
import { type FormEvent, lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { docOfText } from "../../../convex/inbox/sending/joinDocs";
import { asAppError } from "../../../convex/lib/errors";
import type { BusinessEntity } from "../../../convex/lib/closedSets";
import { BrandSelect } from "../../components/brand";
import { Button } from "../../components/ui/button";
import { SkeletonRows } from "../../components/ui/skeleton";
import { TextField } from "../../components/ui/text-field";
import { toast, toastError } from "../../components/ui/toast";
import { parseDoc, picturesIn } from "../../editor/doc-text";
import type { Written } from "../../editor/rich-editor";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../lib/org";
import { signatureHtml, signatureText } from "./signature-words";

const SignatureEditor = lazy(async () => ({ default: (await import("./signature-editor")).SignatureEditor }));

/** What stands under one's e-mails, and under everybody's in the name of a brand. */
export function Signature() {
  const { t } = useTranslation();
  const mayReply = useCan("inbox.reply");
  const mayManage = useCan("org.manage");
  const [brand, setBrand] = useState<BusinessEntity>("all");
  const signatures = useOrgQuery(api.inbox.signatures.queries.list, mayReply ? {} : "skip");
  if (!mayReply) return <p className="text-sm text-muted">{t("settings.noRight")}</p>;
  if (signatures === undefined) return <SkeletonRows count={3} className="px-0" />;
  const stored = (isOwn: boolean) =>
    signatures.find((each) => each.isOwn === isOwn && each.businessEntity === brand) ?? NONE;
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
      {[true, ...(mayManage || stored(false).text !== "" ? [false] : [])].map((isOwn) => (
        <SignatureForm
          key={`${brand} ${isOwn ? "own" : "brand"}`}
          brand={brand}
          isOwn={isOwn}
          stored={stored(isOwn)}
          mayChange={isOwn || mayManage}
        />
      ))}
    </div>
  );
}

type Stored = Pick<FunctionReturnType<typeof api.inbox.signatures.queries.list>[number], "text" | "doc" | "logos">;

const NONE: Stored = { text: "", doc: undefined, logos: [] };

type SignatureFormProps = { brand: BusinessEntity; isOwn: boolean; stored: Stored; mayChange: boolean };

function SignatureForm({ brand, isOwn, stored, mayChange }: SignatureFormProps) {
  const { t } = useTranslation();
  const save = useOrgMutation(api.inbox.signatures.mutations.set);
  const [initial] = useState(() => parseDoc(stored.doc ?? docOfText(stored.text)) ?? { type: "doc" });
  const [written, setWritten] = useState<Written | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const label = t(isOwn ? "signature.own" : "signature.ofBrand");
  const submit = async (event?: FormEvent) => {
    event?.preventDefault();
    // The dialog of a link is a form of its own, whose events come by here too.
    if (written === null || event?.target !== event?.currentTarget) return;
    setProblem(null);
    const { doc, html } = written;
    const [logoId] = [...picturesIn(doc)] as Id<"files">[];
    const marked = { html: signatureHtml(html), doc: JSON.stringify(doc), ...(logoId === undefined ? {} : { logoId }) };
    try {
      await save({ businessEntity: brand, isOwn, text: signatureText(doc), ...marked });
      toast(t("signature.saved"));
    } catch (thrown) {
      const error = asAppError(thrown);
      if (error?.field === "text") setProblem(error.message);
      else toastError(describeError(thrown, t));
    }
  };
  if (!mayChange) return <TextField label={label} rows={5} value={stored.text} isReadOnly />;
  const isSame = written === null || JSON.stringify(written.doc) === (stored.doc ?? docOfText(stored.text));
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-3">
      <div className="flex flex-col gap-1">
        <p aria-hidden className="text-xs font-medium text-muted">
          {label}
        </p>
        <Suspense fallback={<SkeletonRows count={2} className="px-0" />}>
          <SignatureEditor
            label={label}
            initial={initial}
            logos={stored.logos}
            onChange={setWritten}
            onSubmit={() => void submit()}
          />
        </Suspense>
        {problem !== null && (
          <p role="alert" className="text-xs text-danger">
            {problem}
          </p>
        )}
      </div>
      <Button type="submit" variant="primary" className="self-start" isDisabled={isSame}>
        {t("common.save")}
        <span className="sr-only"> {label}</span>
      </Button>
    </form>
  );
}
