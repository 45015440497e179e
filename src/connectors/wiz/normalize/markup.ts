/**
 * Takes Wiz's inline entity markup out of a text and leaves the name: `:cloud-resource[web-1]{resourceId="…"}` is
 * `web-1`. Other Markdown stays.
 */
export function stripMarkup(text: string): string {
  return text.includes("]{") ? text.replaceAll(/:[a-z][a-z0-9-]*\[([^\]]*)\]\{[^}]*\}/gi, "$1") : text;
}
