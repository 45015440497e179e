import type { FindingDetail } from "../api/types.ts";
import { severityWords } from "../kit/severity.tsx";
import { wordText } from "../kit/words.ts";
import { beginning } from "./text-parts.ts";

type Told = Pick<
  FindingDetail,
  | "title"
  | "severity"
  | "status"
  | "kind"
  | "riskScore"
  | "scoreInputs"
  | "cve"
  | "package"
  | "asset"
  | "projects"
  | "firstFoundAt"
  | "dueAt"
  | "description"
  | "remediation"
  | "url"
>;

/** A finding as a ticket can hold it. What comes from elsewhere is escaped, so that it stays text there as well. */
export function findingMarkdown(finding: Told, { link }: { link: string }): string {
  const { severity, asset, package: pack, projects, dueAt, firstFoundAt, scoreInputs, url } = finding;
  const risk = `${finding.riskScore}${scoreInputs.length === 0 ? "" : ` (${scoreInputs.join(", ")})`}`;
  const where = [asset?.class, asset?.cloud, asset?.account, asset?.region].filter((text) => text != null);
  const lines: [string, string | null][] = [
    ["Severity", severity === null ? null : severityWords[severity]],
    ["Status", wordText(finding.status)],
    ["Kind", wordText(finding.kind)],
    ["Risk score", risk],
    ["CVE", finding.cve],
    ["Package", pack === null ? null : packageText(pack)],
    ["Asset", asset === null ? null : `${asset.name ?? asset.id}${where.length === 0 ? "" : ` (${where.join(", ")})`}`],
    ["Projects", projects.length === 0 ? null : projects.join(", ")],
    ["First found", firstFoundAt],
    ["Due", dueAt],
  ];
  return [
    `## ${escaped(finding.title)}`,
    "",
    ...lines.flatMap(([name, value]) => (value === null ? [] : [`- **${name}:** ${escaped(value)}`])),
    ...paragraph("What to do", finding.remediation),
    ...paragraph("Description", finding.description),
    "",
    [`Weir: <${link}>`, ...(url === null || /[\s<>]/u.test(url) ? [] : [`Wiz: <${url}>`])].join("\n"),
    "",
  ].join("\n");
}

function packageText({ name, version, fixedVersion }: NonNullable<Told["package"]>): string {
  return [name, version, fixedVersion === null ? "(no fixed version known)" : `→ ${fixedVersion}`]
    .filter((text) => text !== null)
    .join(" ");
}

/** As it was written: inside a fence that is longer than any in the text. */
function paragraph(title: string, text: string | null): string[] {
  if (text === null || text.trim() === "") return [];
  const head = beginning(text, { characters: 2_000, lines: 40 });
  const fence = "`".repeat(Math.max(3, 1 + longestRun(head)));
  return ["", `**${title}**`, "", `${fence}text`, unturned(head) + (head.length < text.length ? "…" : ""), fence];
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/gu) ?? []).map((run) => run.length));
}

/** Signs that mean something in Markdown or HTML get a backslash. */
function escaped(text: string): string {
  return unturned(text.replaceAll(/\s+/gu, " ")).replaceAll(/[\\`*_{}[\]<>#|~&]/gu, "\\$&");
}

/** Without signs that hide or turn the direction of what is beside them. */
function unturned(text: string): string {
  return text.replaceAll(/(?![\t\n])[\p{Cc}\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu, " ");
}
