/** A line of a text that was written with a little Markdown, as security products write their remediations. */
export interface TextLine {
  type: "heading" | "item" | "code" | "plain";
  /** How deep an item stands. */
  depth: number;
  /** Of an item: `•`, `1.` */
  mark: string;
  text: string;
}

/**
 * Lines with what they are. Only what stands at the beginning of a line is taken for Markdown: headings, items and
 * fences; whatever else a text holds stays as it was written.
 */
export function textLines(text: string): TextLine[] {
  const lines: TextLine[] = [];
  let fence: string | null = null;
  for (const line of text.split(/\r\n|[\n\r]/u)) {
    const mark = /^\s*(`{3,}|~{3,})/u.exec(line)?.[1];
    if (mark !== undefined && (fence === null || mark.startsWith(fence))) {
      fence = fence === null ? mark : null;
      continue;
    }
    lines.push(fence === null ? readLine(line) : { type: "code", depth: 0, mark: "", text: line });
  }
  return lines;
}

function readLine(line: string): TextLine {
  const heading = /^#{1,6}\s+(\S.*)$/u.exec(line);
  if (heading !== null) return { type: "heading", depth: 0, mark: "", text: heading[1]! };
  const item = /^(\s*)([-*+•]|\d{1,3}[.)])\s+(\S.*)$/u.exec(line);
  if (item === null) return { type: "plain", depth: 0, mark: "", text: line };
  const [, indent, mark, text] = item as unknown as [string, string, string, string];
  const depth = Math.min(4, Math.floor(indent.replaceAll("\t", "  ").length / 2));
  return { type: "item", depth, mark: /^\d/u.test(mark) ? mark : "•", text };
}

export interface CodePart {
  text: string;
  isCode: boolean;
}

/** What stands between backticks, without them; single ones stay. */
export function codeParts(text: string): CodePart[] {
  const parts: CodePart[] = [];
  let at = 0;
  for (const match of text.matchAll(/`([^`]+)`/gu)) {
    if (match.index > at) parts.push({ text: text.slice(at, match.index), isCode: false });
    parts.push({ text: match[1]!, isCode: true });
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ text: text.slice(at), isCode: false });
  return parts;
}
