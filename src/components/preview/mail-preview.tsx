import { Monitor, Smartphone } from "lucide-react";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useOrg } from "../../lib/org";
import { IconButton } from "../ui/button";
import { cx } from "../ui/classes";
import { Select } from "../ui/select";
import { GapText } from "./gap-text";
import { LOOKS, mailDocument, type Look } from "./mail-document";

const WIDTHS_PX = { desktop: 680, mobile: 360 };
const MIN_HEIGHT_PX = 200;
/** A mail that claims to be taller scrolls. */
const MAX_HEIGHT_PX = 4_000;

type MailPreviewProps = { subject: string; html: string | undefined; text: string };

/** A mail as it is sent: on a wide screen and a phone, light, in its own dark colours, inverted by force, as plain text. */
export function MailPreview({ subject, html, text }: MailPreviewProps) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const [width, setWidth] = useState<keyof typeof WIDTHS_PX>("desktop");
  const [chosen, setLook] = useState<Look | "plain">("light");
  const [height, setHeight] = useState(MIN_HEIGHT_PX);
  const look = html === undefined ? "plain" : chosen;
  const measure = (event: SyntheticEvent<HTMLIFrameElement>) => {
    const page = event.currentTarget.contentDocument;
    if (page === null) return;
    const fit = () => {
      const tall = Math.ceil(page.body.getBoundingClientRect().height);
      setHeight(Math.min(MAX_HEIGHT_PX, Math.max(MIN_HEIGHT_PX, tall)));
    };
    fit();
    for (const image of page.images) image.addEventListener("load", fit);
  };
  return (
    <section aria-label={t("preview.mail")} data-testid="preview-mail" className="flex min-w-0 flex-col gap-2">
      <div className="flex flex-wrap items-end gap-2">
        <Select
          label={t("preview.look")}
          hideLabel
          className="w-44"
          value={look}
          options={[...(html === undefined ? [] : LOOKS), "plain" as const].map((id) => ({
            id,
            label: t(`preview.looks.${id}`),
          }))}
          onChange={setLook}
        />
        <span className="flex gap-1">
          <IconButton
            label={t("preview.desktop")}
            icon={<Monitor size={16} />}
            isActive={width === "desktop"}
            onPress={() => setWidth("desktop")}
          />
          <IconButton
            label={t("preview.mobile")}
            icon={<Smartphone size={16} />}
            isActive={width === "mobile"}
            onPress={() => setWidth("mobile")}
          />
        </span>
      </div>
      <div
        style={{ maxWidth: WIDTHS_PX[width] }}
        className="mx-auto w-full overflow-hidden rounded-lg border border-line-strong"
      >
        <header className="border-b border-line bg-raised px-4 py-2">
          <p className="truncate text-sm font-semibold" data-testid="preview-subject">
            {subject === "" ? <span className="text-warn">{t("preview.noSubject")}</span> : <GapText text={subject} />}
          </p>
          <p className="truncate text-xs text-muted">{membership.orgName}</p>
        </header>
        {look === "plain" || html === undefined ? (
          <p data-testid="preview-text" className="bg-surface p-4 text-sm break-words whitespace-pre-wrap">
            <GapText text={text} />
          </p>
        ) : (
          <iframe
            title={t("preview.mail")}
            // Without scripts nothing inside can use that it is of the same origin: it lets us measure the height.
            sandbox="allow-same-origin allow-popups"
            srcDoc={mailDocument(html, look)}
            onLoad={measure}
            style={{ height }}
            className={cx("block w-full", look === "light" ? "bg-white" : "bg-black")}
          />
        )}
      </div>
    </section>
  );
}
