import { Anchor, Code, List, Table, Text, Title } from "@mantine/core";
import type { Token, Tokens } from "marked";
import { createContext, type ReactNode, useContext } from "react";
import { AppLink, OutLink } from "../../kit/link.tsx";
import { WideTable } from "../../kit/wide-table.tsx";
import { anchorOf, helpHref } from "./anchors.ts";
import classes from "./help.module.css";

/** The page that is shown, and all that there are: links need to know. */
const Place = createContext<{ slug: string; slugs: readonly string[] }>({ slug: "", slugs: [] });

interface MarkdownProps {
  tokens: readonly Token[];
  slug: string;
  slugs: readonly string[];
}

/** A document as elements. What Markdown allows and our documents do not use, such as HTML, is shown as text. */
export function Markdown({ tokens, slug, slugs }: MarkdownProps) {
  return <Place value={{ slug, slugs }}>{blocks(tokens)}</Place>;
}

function blocks(tokens: readonly Token[]): ReactNode[] {
  // biome-ignore lint/suspicious/noArrayIndexKey: a document does not change while it is shown
  return tokens.map((token, at) => <Block key={at} token={token as Tokens.Generic} />);
}

function Block({ token }: { token: Tokens.Generic }): ReactNode {
  switch (token.type) {
    case "heading":
      return (
        <Title order={token.depth as 1} id={anchorOf(token.text)} className={classes.heading}>
          {inline(token.tokens)}
        </Title>
      );
    case "paragraph":
      return <Text className={classes.paragraph}>{inline(token.tokens)}</Text>;
    case "code":
      return (
        <Code block className={classes.code} tabIndex={0}>
          {token.text}
        </Code>
      );
    case "list":
      return (
        <List type={token.ordered === true ? "ordered" : "unordered"} className={classes.list}>
          {(token.items as Tokens.ListItem[]).map((item) => (
            <List.Item key={item.raw}>{blocks(item.tokens)}</List.Item>
          ))}
        </List>
      );
    case "table":
      return <Rows table={token as Tokens.Table} />;
    case "space":
      return null;
    case "text":
      return token.tokens === undefined ? token.text : <span>{inline(token.tokens)}</span>;
    default:
      return isComment(token) ? null : <Text>{token.raw}</Text>;
  }
}

function isComment(token: Tokens.Generic): boolean {
  return token.type === "html" && token.raw.trimStart().startsWith("<!--");
}

/** A table whose head is empty has names in its first column instead. */
function Rows({ table }: { table: Tokens.Table }) {
  const hasHead = table.header.some((cell) => cell.text !== "");
  return (
    <WideTable name="Table" minWidth={420} className={classes.table}>
      <Table verticalSpacing={6}>
        {hasHead && (
          <Table.Thead>
            <Table.Tr>
              {table.header.map((cell, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name
                <Table.Th key={at}>{inline(cell.tokens)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
        )}
        <Table.Tbody>
          {table.rows.map((row, rowAt) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name
            <Table.Tr key={rowAt}>
              {row.map((cell, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name
                <Table.Td key={at} style={{ verticalAlign: "top" }}>
                  {inline(cell.tokens)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}

function inline(tokens: readonly Token[] | undefined): ReactNode[] {
  // biome-ignore lint/suspicious/noArrayIndexKey: a document does not change while it is shown
  return (tokens ?? []).map((token, at) => <Inline key={at} token={token as Tokens.Generic} />);
}

function Inline({ token }: { token: Tokens.Generic }): ReactNode {
  switch (token.type) {
    case "strong":
      return <strong>{inline(token.tokens)}</strong>;
    case "em":
      return <em>{inline(token.tokens)}</em>;
    case "codespan":
      return <Code className={classes.inlineCode}>{token.text}</Code>;
    case "br":
      return <br />;
    case "link":
      return <Link token={token as Tokens.Link} />;
    case "html":
      return /^<br\s*\/?>$/.test(token.raw) ? <br /> : token.raw;
    default:
      return token.tokens === undefined ? unescaped(token.text ?? token.raw) : inline(token.tokens);
  }
}

/** The reader leaves the five signs of HTML escaped in plain text. */
function unescaped(text: string): string {
  const signs: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => signs[name] ?? "");
}

function Link({ token }: { token: Tokens.Link }) {
  const { slug, slugs } = useContext(Place);
  const href = helpHref(token.href, slug, slugs);
  if (href === null) return <span>{inline(token.tokens)}</span>;
  if (!href.startsWith("/"))
    return (
      <OutLink href={href} inherit underline="always">
        {inline(token.tokens)}
      </OutLink>
    );
  const [page, anchor] = href.split("#");
  return page === `/help/${slug}` ? (
    <Anchor href={`#${anchor}`} inherit underline="always">
      {inline(token.tokens)}
    </Anchor>
  ) : (
    <AppLink href={href} inherit underline="always">
      {inline(token.tokens)}
    </AppLink>
  );
}
