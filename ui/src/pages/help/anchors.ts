/** The anchor of a heading, as the documents link to it. */
export function anchorOf(heading: string): string {
  return plain(heading)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
}

/** A heading without its marks. */
export function plain(markdown: string): string {
  return markdown.replace(/[`*]/g, "");
}

/** Where a link of a document leads within the product; `null` when it leads to a file that is not shown there. */
export function helpHref(link: string, from: string, slugs: readonly string[]): string | null {
  if (/^https?:/.test(link)) return link;
  const [path = "", anchor] = link.split("#");
  const slug = path === "" ? from : /^([\w-]+)\.md$/.exec(path)?.[1];
  if (slug === undefined || !slugs.includes(slug)) return null;
  return `/help/${slug}${anchor === undefined ? "" : `#${anchor}`}`;
}
