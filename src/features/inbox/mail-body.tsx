import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { isForward } from "../../../convex/intake/email/subject";
import { Button } from "../../components/ui/button";
import { MailFrame } from "../../components/ui/mail-frame";
import type { MessageRow } from "../../lib/api-types";
import { isPicture, type MessageFile } from "./file-kinds";
import { PlainText } from "./plain-text";

/** True for a picture that the mail shows between its words: it need not be listed below once more. */
export function isInMail(file: MessageFile, html: string | undefined): boolean {
  return file.contentId !== undefined && isPicture(file) && (html ?? "").includes(`cid:${file.contentId}`);
}

/** The addresses of the pictures a mail shows between its words, by their Content-ID. */
export function picturesOf(files: readonly MessageFile[], html: string): ReadonlyMap<string, string> {
  return new Map(
    files.flatMap((file) =>
      file.contentId !== undefined && file.url !== null && isInMail(file, html) ? [[file.contentId, file.url]] : [],
    ),
  );
}

/** A customer's HTML mail as they sent it, or its words alone. A forwarded mail is not folded: it is the message. */
export function MailBody({ message, html }: { message: MessageRow; html: string }) {
  const { t } = useTranslation();
  const [isText, setIsText] = useState(false);
  const { files } = message;
  const pictures = useMemo(() => picturesOf(files, html), [files, html]);
  return (
    <>
      {isText ? (
        <PlainText text={message.text} quotedText={message.quotedText} />
      ) : (
        <MailFrame
          html={html}
          title={t("mail.content")}
          foldQuotes={!isForward(message.subject ?? "")}
          pictures={pictures}
          sender={message.senderAddress}
        />
      )}
      <Button size="sm" variant="quiet" onPress={() => setIsText(!isText)}>
        {t(isText ? "mail.asMail" : "mail.asText")}
      </Button>
    </>
  );
}
