import { Badge, Button, Group, Text, Title } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useSearch } from "@tanstack/react-router";
import type { Connector } from "../../../api/connectors.ts";
import { useIntegrations } from "../../../api/integrations.ts";
import { useMay } from "../../../api/me.ts";
import type { Integration } from "../../../api/types.ts";
import { StateDot, tileWords } from "../../../kit/dot.tsx";
import { AppLink, OutLink, safeHref, useGo } from "../../../kit/link.tsx";
import { countText } from "../../../kit/numbers.ts";
import { hrefs } from "../../../places.ts";
import { listText } from "../words.ts";
import classes from "./card.module.css";
import { ConnectorDetails } from "./details.tsx";

/** Q-22, W-06 to W-12: what a connector is, how many instances it has, and the way to them. */
export function ConnectorCard({ connector, isOpen }: { connector: Connector; isOpen: boolean }) {
  const { id, shortName, title, summary, category, productCategory, tags, documentationUrl } = connector;
  const { items } = useIntegrations();
  const search = useSearch({ strict: false }) as { tag?: string; q?: string };
  const mayAdd = useMay("admin");
  const go = useGo();
  const own = items.filter((one) => one.connector === id);
  const href = safeHref(documentationUrl);
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <article className={classes.card} aria-label={title}>
      <div className={classes.head}>
        <div style={{ minWidth: 0 }}>
          <Group gap="sm">
            <Title order={2} fz="lg">
              {title}
            </Title>
            <Text fz="sm" c="dimmed">
              {category} · {productCategory}
            </Text>
            {tags.map((tag) => (
              <Badge key={tag} variant="default" radius="sm">
                {tag}
              </Badge>
            ))}
          </Group>
          <Text fz="sm" mt={4} maw={720}>
            {summary}
          </Text>
        </div>
        <Group gap="sm" className={classes.actions}>
          <Button
            variant="default"
            onClick={() => go(hrefs.integrations({ connector: shortName }))}
            aria-label={`Manage the integrations of ${title}`}
          >
            Manage
          </Button>
          {mayAdd && <Button onClick={() => go(hrefs.newIntegration(shortName))}>Add Integration</Button>}
        </Group>
      </div>
      <Facts connector={connector} own={own} />
      <Group gap="lg" mt="sm">
        <Button
          variant="transparent"
          px={0}
          leftSection={<Chevron size={14} />}
          aria-expanded={isOpen}
          onClick={() => go(hrefs.catalogue({ ...search, open: isOpen ? "none" : shortName }), { replace: true })}
        >
          What it needs
        </Button>
        {href !== null && (
          <OutLink href={href} fz="sm">
            {title} API documentation
          </OutLink>
        )}
        <AppLink href={hrefs.help("connect-wiz")} fz="sm">
          Help: connect {title}
        </AppLink>
      </Group>
      {isOpen && <ConnectorDetails connector={connector} />}
    </article>
  );
}

function Facts({ connector, own }: { connector: Connector; own: readonly Integration[] }) {
  const { id, vendor, product, authentication, assetClasses, findingKinds } = connector;
  return (
    <dl className={classes.facts}>
      <Fact name="Vendor">{vendor}</Fact>
      <Fact name="Product">{product}</Fact>
      <Fact name="Connector id">
        <span className="mono">{id}</span>
      </Fact>
      <Fact name="Authentication">{authentication}</Fact>
      <Fact name="Assets">{listText(assetClasses)}, and those of other classes</Fact>
      <Fact name="Findings">{listText(findingKinds)}</Fact>
      <Fact name="Instances">
        <Instances own={own} />
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const mostNamed = 6;

/** those that are configured, each with its state. */
function Instances({ own }: { own: readonly Integration[] }) {
  if (own.length === 0) return <>none yet</>;
  return (
    <>
      {countText(own.length, "integration")}
      <Group gap="6px 14px" mt={4}>
        {own.slice(0, mostNamed).map(({ id, name, tile }) => (
          <Group key={id} gap={6} wrap="nowrap" miw={0} title={tile.reason}>
            <StateDot colour={tile.colour} size={9} />
            <AppLink href={hrefs.integration(id)} fz="inherit" className={`foreign one-line ${classes.instance}`}>
              {name}
            </AppLink>
            <span className={classes.word}>{tileWords[tile.colour].toLowerCase()}</span>
          </Group>
        ))}
        {own.length > mostNamed && <span className={classes.word}>and {own.length - mostNamed} more</span>}
      </Group>
    </>
  );
}
