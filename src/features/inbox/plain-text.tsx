import { useState } from "react";
import { FoldButton } from "../../components/ui/mail-frame";
import { signatureStart } from "../../lib/signature";

/** Plain text with the signature dimmed, the quoted tail of a mail folded, and web addresses as links. */
export function PlainText({ text, quotedText }: { text: string; quotedText?: string | undefined }) {
  const end = signatureStart(text);
  return (
    <div className="prose-message whitespace-pre-wrap">
      <Linkified text={text.slice(0, end)} />
      {end < text.length && (
        <span data-testid="signature" className="text-muted">
          <Linkified text={text.slice(end)} />
        </span>
      )}
      <QuotedTail text={quotedText} />
    </div>
  );
}

/** What a mail repeats of earlier ones, folded. */
export function QuotedTail({ text }: { text: string | undefined }) {
  const [isOpen, setIsOpen] = useState(false);
  if (text === undefined || text === "") return null;
  return (
    <>
      <div className="mt-1 -ml-2">
        <FoldButton isOpen={isOpen} onPress={() => setIsOpen(!isOpen)} />
      </div>
      {isOpen && <blockquote className="mt-1 whitespace-pre-wrap">{text}</blockquote>}
    </>
  );
}

const WEB_ADDRESS = /(https?:\/\/[^\s<>"')\]]+[^\s<>"')\].,;:!?])/g;

function Linkified({ text }: { text: string }) {
  return text.split(WEB_ADDRESS).map((part, index) =>
    index % 2 === 1 ? (
      <a key={index} href={part} target="_blank" rel="noopener noreferrer">
        {part}
      </a>
    ) : (
      part
    ),
  );
}
