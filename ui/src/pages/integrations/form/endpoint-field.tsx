import { Group, Input, SegmentedControl, Select, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Connector } from "../../../api/connectors.ts";
import { type EndpointMode, endpointOf, modeOf, splitEndpoint } from "./endpoint-text.ts";
import { Understood } from "./understood.tsx";
import { useEndpoint } from "./use-endpoint.ts";

interface EndpointFieldProps {
  connector: Connector;
  value: string;
  onChange: (text: string) => void;
  error: string | undefined;
}

/** W-18, W-19, Q-14 to Q-16: a region by name, a data centre with its environment, or whatever somebody pastes. */
export function EndpointField({ connector, value, onChange, error }: EndpointFieldProps) {
  const { regions, format } = connector.endpoint;
  const [isComposing, setComposing] = useState(modeOf(connector, value) === "centre");
  const read = useEndpoint(connector, value);
  const mode: EndpointMode = isComposing ? "centre" : modeOf(connector, value);
  const choose = (chosen: string) => {
    setComposing(chosen === "centre");
    const region = regions.find(({ title }) => title === chosen);
    if (region !== undefined) onChange(`https://${region.apiEndpoint}`);
  };
  return (
    <Stack gap="sm">
      <Input.Label component="div" mb={-8}>
        Where your tenant is
      </Input.Label>
      <SegmentedControl
        size="xs"
        fullWidth
        value={mode === "centre" || mode === "paste" ? mode : mode.region}
        onChange={choose}
        data={[
          ...regions.map(({ title }) => title),
          { value: "centre", label: "Data centre" },
          { value: "paste", label: "Paste a URL" },
        ]}
        aria-label="How to say where your tenant is"
      />
      {isComposing && <Composer connector={connector} value={value} onChange={onChange} />}
      <TextInput
        label="Wiz API Endpoint URL"
        required
        value={value}
        onChange={(event) => {
          setComposing(false);
          onChange(event.currentTarget.value);
        }}
        placeholder={format}
        // What is wrong stands below, with what to do.
        error={read.answer?.ok === false && read.answer.message === error ? true : error}
        autoComplete="off"
        spellCheck={false}
        styles={{ input: { fontFamily: "var(--mono)", fontSize: 13 } }}
      />
      <Understood connector={connector} read={read} onUse={onChange} />
    </Stack>
  );
}

function Composer({ connector, value, onChange }: Omit<EndpointFieldProps, "error">) {
  const { environments } = connector.endpoint;
  const parts = splitEndpoint(connector, value) ?? { dataCentre: "", domain: environments[0]?.domain ?? "" };
  const change = (part: Partial<typeof parts>) => onChange(endpointOf({ ...parts, ...part }));
  return (
    <Group gap="sm" grow align="flex-start">
      <TextInput
        label="Tenant data centre"
        placeholder="us17"
        value={parts.dataCentre}
        onChange={(event) => change({ dataCentre: event.currentTarget.value.trim().toLowerCase() })}
        spellCheck={false}
      />
      <Select
        label="Environment"
        value={parts.domain}
        onChange={(domain) => domain !== null && change({ domain })}
        data={environments.map(({ domain, title }) => ({ value: domain, label: `${domain} · ${title}` }))}
        allowDeselect={false}
      />
    </Group>
  );
}
