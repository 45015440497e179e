/** The queries behind the numbers, in the form in which `printQuery` writes them. */
export const active = "status:[open, in_progress]";

/** All of these, and open. */
export function activeOf(...conditions: readonly string[]): string {
  return [...conditions, active].join(" AND ");
}

export const cveIs = (cve: string) => (/^CVE-\d+-\d+$/.test(cve) ? `cve:${cve}` : `cve:${exactly(cve)}`);

export const accountIs = (id: string) => (/^\d+$/.test(id) ? `account.id:${id}` : `account.id:${exactly(id)}`);

/** What one upgrade would fix. */
export const upgradeIs = (packageName: string, version: string) =>
  `package.name:${exactly(packageName)} AND package.fixedVersion:${exactly(version)}`;

/** Exactly this text, not one that is written in other letters. */
function exactly(text: string): string {
  return `\`${text.replaceAll("\\", "\\\\").replaceAll("`", "\\`")}\``;
}
