import { describe, expect, it } from "vitest";
import { filesHeight, inOrder, kindOf, type MessageFile, typeName } from "./file-kinds";

const file = (contentType: string, name = "x", url: string | null = "https://files.example/1"): MessageFile => ({
  name,
  url,
  contentType,
  sizeBytes: 1,
  contentId: undefined,
});

describe("kindOf", () => {
  it("shows pictures, sounds and PDFs as what they are", () => {
    expect(kindOf(file("image/png"))).toBe("picture");
    expect(kindOf(file("IMAGE/JPEG; name=a.jpg"))).toBe("picture");
    expect(kindOf(file("audio/ogg; codecs=opus"))).toBe("sound");
    expect(kindOf(file("application/pdf"))).toBe("pdf");
  });

  it("shows nothing that could run, whatever its name says, and nothing that is gone", () => {
    for (const type of ["image/svg+xml", "text/html", "application/xhtml+xml", "text/xml", "video/mp4", ""]) {
      expect(kindOf(file(type, "photo.png"))).toBe("other");
    }
    expect(kindOf(file("image/png", "a.png", null))).toBe("other");
  });
});

describe("inOrder", () => {
  it("puts those of one kind beside each other and keeps them in their order", () => {
    const files = ["b.txt", "2.png", "1.png"].map((name) =>
      file(name.endsWith("png") ? "image/png" : "text/plain", name),
    );
    expect(inOrder(files).map(({ name }) => name)).toEqual(["2.png", "1.png", "b.txt"]);
  });
});

describe("typeName", () => {
  it("goes by the ending, else by the type", () => {
    expect(typeName({ name: "Angebot.final.docx", contentType: "application/octet-stream" })).toBe("DOCX");
    expect(typeName({ name: "scan", contentType: "application/pdf" })).toBe("PDF");
    expect(typeName({ name: "archive", contentType: "application/x-tar" })).toBe("TAR");
    expect(typeName({ name: "nothing", contentType: "" })).toBe("");
  });
});

describe("filesHeight", () => {
  it("grows by rows", () => {
    const picture = file("image/png");
    expect(filesHeight([])).toBe(0);
    expect(filesHeight([picture, picture])).toBe(filesHeight([picture]));
    expect(filesHeight([picture, picture, picture, picture])).toBe(2 * filesHeight([picture]));
    expect(filesHeight([file("audio/ogg")])).toBeGreaterThan(filesHeight([file("text/html")]));
  });
});
