import { helpSources } from "virtual:help-pages";
import { Box, CloseButton, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useLocation, useParams, useSearch } from "@tanstack/react-router";
import type { Tokens } from "marked";
import { useEffect, useState } from "react";
import { AppLink, useGo } from "../../kit/link.tsx";
import { Empty } from "../../kit/states.tsx";
import { hrefs, places } from "../../places.ts";
import { printSearch } from "../../search-text.ts";
import { anchorOf, plain } from "./anchors.ts";
import classes from "./help.module.css";
import { Markdown } from "./markdown.tsx";
import { searchHelp, sectionsOf, titleOf } from "./search.ts";

const sections = sectionsOf(helpSources);
const slugs = helpSources.map(({ slug }) => slug);
const first = "connect-wiz";

/** The documents, inside the product, with a search over all of them. */
export function HelpPage() {
  const { page = first } = useParams({ strict: false });
  const { q } = useSearch({ strict: false });
  const { hash } = useLocation();
  const source = helpSources.find(({ slug }) => slug === page);
  useDocumentTitle(`${source === undefined ? "Help" : titleOf(source.tokens)} · Weir`);
  useEffect(() => {
    if (hash !== "") document.getElementById(hash)?.scrollIntoView();
  }, [hash]);
  return (
    <div className={classes.layout}>
      <nav className={classes.contents} aria-label="Help pages">
        <SearchField q={q ?? ""} page={page} />
        {helpSources.map(({ slug, tokens }) => (
          <AppLink
            key={slug}
            href={hrefs.help(slug)}
            underline="never"
            {...(slug === page && q === undefined && { "aria-current": "page" as const })}
          >
            {titleOf(tokens)}
          </AppLink>
        ))}
      </nav>
      <article className={classes.text}>
        {q !== undefined && q !== "" ? (
          <Hits q={q} />
        ) : source === undefined ? (
          <Empty title="There is no such help page">The list beside has all of them.</Empty>
        ) : (
          <Markdown tokens={source.tokens} slug={source.slug} slugs={slugs} />
        )}
      </article>
      {source !== undefined && q === undefined && <OnThisPage tokens={source.tokens as Tokens.Generic[]} />}
    </div>
  );
}

function SearchField({ q, page }: { q: string; page: string }) {
  const go = useGo();
  const [text, setText] = useState(q);
  const change = (next: string) => {
    setText(next);
    go(`${places.help}/${page}${printSearch({ q: next === "" ? undefined : next })}`, { replace: true });
  };
  return (
    <TextInput
      type="search"
      aria-label="Search the help"
      placeholder="Search the help"
      mb="sm"
      leftSection={<IconSearch size={15} />}
      rightSection={text !== "" && <CloseButton size="sm" aria-label="Clear the search" onClick={() => change("")} />}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

function Hits({ q }: { q: string }) {
  const hits = searchHelp(sections, q);
  return (
    <Stack gap="md">
      <Title order={1}>
        {hits.length === 0 ? "Nothing found" : `${hits.length} ${hits.length === 1 ? "place" : "places"}`} for “{q}”
      </Title>
      {hits.length === 0 && <Text>Try fewer or other words: all of them have to stand in one section.</Text>}
      {hits.slice(0, 40).map(({ section, excerpt }) => (
        <Box key={`${section.slug}#${section.anchor}`}>
          <AppLink href={`${hrefs.help(section.slug)}#${section.anchor}`} fw={600}>
            {section.page === section.heading ? section.page : `${section.page} › ${section.heading}`}
          </AppLink>
          <Text fz="sm" c="dimmed">
            {excerpt}
          </Text>
        </Box>
      ))}
    </Stack>
  );
}

function OnThisPage({ tokens }: { tokens: Tokens.Generic[] }) {
  const headings = tokens.filter((token) => token.type === "heading" && token.depth === 2);
  if (headings.length < 2) return null;
  return (
    <nav className={`${classes.contents} ${classes.onThisPage}`} aria-label="On this page">
      <Text fz="xs" c="dimmed" px={8} pb={4}>
        On this page
      </Text>
      {headings.map((heading) => (
        <a key={heading.raw} href={`#${anchorOf(heading.text)}`}>
          {plain(heading.text)}
        </a>
      ))}
    </nav>
  );
}
