/** A part of docs/performance.md that a measurement writes anew: `npm run bench -- NAME --write`. */
function bounds(name: string): [begin: string, end: string] {
  return [`<!-- ${name}: written by \`npm run bench -- ${name} --write\` -->`, `<!-- ${name}: end -->`];
}

/** The page with one of its parts written anew; at its end, if it had none. */
export function withSection(page: string, name: string, text: string): string {
  const [begin, end] = bounds(name);
  const section = `${begin}\n\n${text.trimEnd()}\n\n${end}\n`;
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < 0) return `${page.trimEnd()}\n\n${section}`;
  return page.slice(0, from) + section + page.slice(to + end.length).replace(/^\n/, "");
}

/** A page that was written anew, with the parts that the old one had. */
export function keepSections(old: string, fresh: string, names: readonly string[]): string {
  return names.reduce((page, name) => {
    const [begin, end] = bounds(name);
    const [from, to] = [old.indexOf(begin), old.indexOf(end)];
    return from < 0 || to < 0 ? page : withSection(page, name, old.slice(from + begin.length, to).trim());
  }, fresh);
}
